#pragma once

#include <IOSurface/IOSurface.h>

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/seed-watch.h"
#include "capture/surface-copier.h"
#include "capture/surface-encoder.h"
#include "encode/rendition-schedule.h"
#include "encode/source-sink.h"
#include "guarded-thread.h"

namespace porthole {

/// What became of a source's copies and sessions since its start.
struct SurfaceCounters {
	std::uint64_t retried = 0;  ///< Copies that were made again, as the surface was drawn to meanwhile.
	std::uint64_t torn = 0;  ///< Frames that were encoded all the same, as it always was.
	std::uint64_t untold = 0;  ///< Changes that only looking at the seed brought to light.
	std::uint64_t sessions = 0;  ///< Compression sessions that were made.
};

/// Codes the newest frame of a surface that another process draws to, on its own thread, with VideoToolbox. Without a
/// surface it waits. Nothing is encoded on an idle screen: who comes late asks for a keyframe, and gets the last frame.
/// All functions may be called from any thread, but not from the sink's.
class SurfaceSource {
public:
	/// Makes no session before there is a surface. The main rendition has a rate, the small one has none yet.
	/// Throws NativeError `capture-failed`.
	SurfaceSource(const Rate& rate, SourceSink& sink);
	~SurfaceSource();
	SurfaceSource(const SurfaceSource&) = delete;
	SurfaceSource& operator=(const SurfaceSource&) = delete;

	/// The screen is another surface from now on, or none (null) for a while. Retains it; of many calls the last counts.
	void SetSurface(IOSurfaceRef surface);

	/// The surface was drawn to. Cheap: many calls become one frame.
	void Damaged();

	void RequestKeyframe(Rendition rendition);
	/// Without a rate the rendition rests; where both rest, the surface is not even looked at.
	void SetRate(Rendition rendition, const std::optional<Rate>& rate);
	/// Input was given: the next few changes are encoded at once, beyond the rate.
	void ExpectDamage();

	/// The surface as it is now; nothing while there is none. Throws NativeError `capture-failed`.
	std::optional<SurfaceSnapshot> Snapshot();

	SourceStats stats() const;
	SurfaceCounters counters() const;
	/// The encoder in words, before its first frame; from then on access units tell of changes.
	const std::string& description() const { return description_; }

	/// The owner knows that nothing comes any more, such as `screen-gone`: the sink hears it, last.
	void End(const std::string& code, const std::string& message);

	/// Ends the thread; nothing reaches the sink afterwards.
	void Close();

private:
	/// What came from other threads since the source's own looked.
	struct Arrivals {
		/// Set to null: there is no surface any more.
		std::optional<CfRef<IOSurfaceRef>> surface;
		bool damaged = false;
		std::vector<std::pair<Rendition, CompressionAnswer>> answers;
		std::optional<std::pair<std::string, std::string>> end;
	};

	/// Tells the thread of something; `change` is made under the lock.
	template <typename Change>
	void Tell(Change change) {
		{
			const std::lock_guard lock(mutex_);
			change();
			told_ = true;
		}
		wake_.notify_one();
	}

	SurfaceEncoder& EncoderOf(Rendition rendition) { return encoders_[IndexOf(rendition)]; }
	CompressionSession::OnAnswer AnswersOf(Rendition rendition);
	bool Blocked(Rendition rendition) const;

	void Run();
	void Take(Arrivals arrivals);
	void TakeRequests();
	void TakeSurface(CfRef<IOSurfaceRef> surface);
	void Resize(int width, int height);
	void SetSmallRate();
	void LookAtSeed();
	void CodeNext();
	bool Capture(SurfaceEncoder& encoder);
	bool ScaleDown();
	void Hold();
	void Finish(Rendition rendition, SurfaceEncoder::Outcome outcome);
	std::optional<double> NextWork();

	SourceSink& sink_;
	const std::string description_ = "VideoToolbox";
	RenditionRequests requests_;

	mutable std::mutex mutex_;
	std::condition_variable wake_;
	bool told_ = false;
	bool closing_ = false;
	Arrivals arrivals_;
	/// The newest surface, for whoever takes a snapshot.
	CfRef<IOSurfaceRef> newest_;
	SourceStats stats_;
	SurfaceCounters counters_;

	// The thread's own.
	double now_ = 0;
	CfRef<IOSurfaceRef> surface_;
	SurfaceCopier copier_;
	SeedWatch seed_;
	RenditionSchedule schedule_;
	std::array<SurfaceEncoder, kRenditionCount> encoders_;
	/// What the small rendition shall have, whether the surface is large enough for it or not.
	std::optional<Rate> small_rate_;
	/// The main frame is newer than the small one.
	bool small_outdated_ = true;
	int failed_copies_ = 0;
	double hold_until_ = 0;
	GuardedThread thread_;
};

}  // namespace porthole
