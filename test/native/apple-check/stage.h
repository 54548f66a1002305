#pragma once

#include <IOSurface/IOSurface.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "../apple-fakes/compression.h"
#include "../apple-fakes/object.h"
#include "../apple-fakes/script.h"
#include "../apple-fakes/surface.h"
#include "../check/check-list.h"
#include "encode/source-sink.h"

namespace porthole::check {

using Bytes = std::vector<std::uint8_t>;

/// A surface to be drawn to, as its owner has it.
class Screen {
public:
	Screen(std::size_t width, std::size_t height) : surface_(*new fakes::Surface(width, height)) {}
	~Screen() { surface_.Release(); }
	Screen(const Screen&) = delete;
	Screen& operator=(const Screen&) = delete;

	IOSurfaceRef ref() const { return fakes::RefOf<IOSurfaceRef>(surface_); }
	/// Fills it with one grey.
	void Fill(std::uint8_t grey);
	/// Draws columns of one pixel, black and white in turn, the first of them black.
	void DrawStripes();

private:
	fakes::Surface& surface_;
};

/// Keeps what a source makes.
class Recording final : public SourceSink {
public:
	bool Deliver(AccessUnit unit) override;
	bool Blocked(Rendition rendition) const override;
	void End(const std::string& code, const std::string& message) override;

	/// From now on so many are taken, the next one is not.
	void TakeOnly(std::size_t count);
	/// Takes all again; the source must be asked for a keyframe.
	void TakeAll();

	std::vector<AccessUnit> units(Rendition rendition = Rendition::kMain) const;
	std::vector<Bytes> bytes(Rendition rendition = Rendition::kMain) const;
	std::optional<std::string> end() const;

	/// Waits until it holds; false when it did not for five seconds.
	bool Await(const std::function<bool(const Recording&)>& holds);
	/// Waits for so many of a rendition.
	bool AwaitUnits(std::size_t count, Rendition rendition = Rendition::kMain);
	/// Waits until the frame decoded last shows one grey.
	bool AwaitGrey(std::uint8_t grey, Rendition rendition = Rendition::kMain);
	/// Waits until nothing came for a quarter of a second.
	void AwaitQuiet();

private:
	mutable std::mutex mutex_;
	std::condition_variable came_;
	std::vector<AccessUnit> units_;
	std::optional<std::size_t> left_;
	bool refused_ = false;
	std::optional<std::string> end_;
};

/// The first plane of a decoded frame.
struct Luma {
	int width = 0;
	int height = 0;
	Bytes pixels;
	int at(int x, int y) const { return pixels[static_cast<std::size_t>(y) * width + x]; }
	/// Of a frame of one grey, within what coding loses.
	bool Shows(std::uint8_t grey) const;
};

/// What a viewer sees that gets these access units and no other.
std::vector<Luma> Decode(const std::vector<Bytes>& units);

/// The last of them; without pixels when there is none.
Luma LastOf(const std::vector<Bytes>& units);

/// Parts of an access unit in Annex B.
std::vector<Bytes> NalsOf(const Bytes& unit);

/// What the fakes found after a check: broken rules, and what was never released.
void CheckNoFaults();

}  // namespace porthole::check

/// Runs a check with fakes that behave, and looks for what it left behind.
#define RUN_CLEAN(list, checked)             \
	list.Run(#checked, [] {                  \
		porthole::fakes::script().Reset();   \
		porthole::fakes::TakeFaults();       \
		checked();                           \
		porthole::fakes::script().Reset();   \
		porthole::fakes::RunLateCallbacks(); \
		porthole::check::CheckNoFaults();    \
	})
