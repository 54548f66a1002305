#pragma once

#include <IOSurface/IOSurface.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "encoder.h"
#include "rendition-set.h"
#include "source-sink.h"

namespace porthole {

/// A surface's pixels, tightly packed: `width * 4` bytes a row.
struct SurfaceSnapshot {
	int width = 0;
	int height = 0;
	std::vector<std::uint8_t> bgra;
};

/// What became of a source's copies and sessions since its start.
struct SurfaceCounters {
	std::uint64_t retried = 0;  ///< Copies that were made again, as the surface was drawn to meanwhile.
	std::uint64_t torn = 0;  ///< Pictures that were coded all the same, as it always was.
	std::uint64_t untold = 0;  ///< Changes that only looking at the seed brought to light.
	std::uint64_t sessions = 0;  ///< Compression sessions that were made.
};

/// Codes the newest picture of a surface that another process draws to, on its own thread, with VideoToolbox. Without a
/// surface it waits. All functions may be called from any thread, but not from the sink's.
class SurfaceSource {
public:
	/// Makes no session before there is a surface. The main rendition has a rate, the small one has none yet.
	SurfaceSource(const Rate& rate, SourceSink& sink);
	~SurfaceSource();
	SurfaceSource(const SurfaceSource&) = delete;
	SurfaceSource& operator=(const SurfaceSource&) = delete;

	/// The screen is another surface from now on, or none (null) for a while. Retains it; of many calls the last counts.
	void SetSurface(IOSurfaceRef surface);

	/// The surface was drawn to. Cheap: many calls become one picture.
	void Damaged();

	void RequestKeyframe(Rendition rendition);
	/// Without a rate the rendition rests; where both rest, the surface is not even looked at.
	void SetRate(Rendition rendition, const std::optional<Rate>& rate);
	/// Input was given: the next few changes are coded at once, beyond the rate.
	void ExpectDamage();

	/// The surface as it is now; nothing while there is none. Throws NativeError `capture-failed`.
	std::optional<SurfaceSnapshot> Snapshot();

	SourceStats stats() const;
	SurfaceCounters counters() const;
	/// The encoder in words, before its first picture; from then on access units tell of changes.
	const std::string& description() const;

	/// The owner knows that nothing comes any more, such as `screen-gone`: the sink hears it, last.
	void End(const std::string& code, const std::string& message);

	/// Ends the thread; nothing reaches the sink afterwards.
	void Close();

private:
	class Worker;
	std::unique_ptr<Worker> worker_;
};

}  // namespace porthole
