#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "rtp/frame-queue.h"
#include "rtp/media-stream.h"
#include "rtp/pacer.h"
#include "rtp/packet-writer.h"
#include "rtp/pool-events.h"
#include "rtp/rtcp.h"
#include "rtp/rtp-parameters.h"
#include "rtp/srtcp.h"

namespace porthole {

/// A feed's number; 0 is none.
using FeedId = std::uint32_t;

/// Which feed a viewer's frames come from, and which is to take over with its next keyframe.
class FeedSwitch {
public:
	/// Nothing comes, and nothing is waited for.
	bool off() const { return current_ == 0 && next_ == 0; }
	/// Whether another feed's keyframe is waited for.
	bool waiting() const { return next_ != 0; }
	/// Whether frames of a feed are sent now.
	bool on() const { return current_ != 0; }
	bool Concerns(FeedId feed) const { return feed == current_ || feed == next_; }
	bool IsCurrent(FeedId feed) const { return feed == current_; }

	void Follow(FeedId wanted) {
		if (wanted == 0) current_ = 0;
		next_ = wanted == current_ ? 0 : wanted;
	}

	/// Takes over when it is a keyframe of the feed that is waited for; whether it did.
	bool TakesOver(FeedId feed, bool keyframe) {
		if (feed != next_ || !keyframe) return false;
		current_ = feed;
		next_ = 0;
		return true;
	}

private:
	FeedId current_ = 0;
	FeedId next_ = 0;
};

/// Whether a viewer may ask for a keyframe: everybody on its rendition gets what it asks for. At once at first; a viewer
/// that needs one again and again waits twice as long each time. Milliseconds.
class KeyframeHold {
public:
	/// First and longest time that a viewer is made to wait before it may ask for yet another keyframe.
	static constexpr double kFirstHold = 250;
	static constexpr double kLongestHold = 4000;
	/// After so long without needing another keyframe a viewer may ask at once again.
	static constexpr double kCalm = 5000;

	/// Whether to ask now. May be called again and again until a keyframe is sent.
	bool MayAsk(double now) {
		if (now < earliest_) return false;
		asked_ = true;
		return true;
	}

	/// A keyframe goes out to this viewer.
	void Served(double now) {
		if (!asked_) return;
		asked_ = false;
		const bool again = now - served_at_ < kCalm + hold_;
		hold_ = again ? std::min(std::max(hold_ * 2, kFirstHold), kLongestHold) : 0;
		served_at_ = now;
		earliest_ = now + hold_;
	}

private:
	double hold_ = 0;
	double earliest_ = -std::numeric_limits<double>::infinity();
	double served_at_ = -std::numeric_limits<double>::infinity();
	bool asked_ = false;
};

/// What a sender counts; written by its thread, read by any. `round_trip` (milliseconds), `lost` (0..1) and
/// `receiver_limit` (bits per second) are negative until known.
struct SenderCounters {
	std::atomic<std::uint64_t> packets{0};
	std::atomic<std::uint64_t> bytes{0};
	std::atomic<std::uint64_t> retransmitted{0};
	std::atomic<std::uint64_t> nacks{0};
	std::atomic<std::uint64_t> keyframe_requests{0};
	std::atomic<std::uint64_t> skipped{0};
	std::atomic<double> round_trip{-1};
	std::atomic<double> lost{-1};
	std::atomic<double> receiver_limit{-1};
};

/// One more, or as many as told; the thread that counts is the only one that writes.
inline void Count(std::atomic<std::uint64_t>& counter, std::uint64_t more = 1) {
	counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

/// The RTP send path of one viewer. Used by one thread; times are of `MonotonicMs`. What may be left to
/// be sent later is sent by `Pump`, which must then be called again and again.
class RtpSender : private FeedbackEvents {
public:
	/// Bytes that may wait in a connection: about half a second at 4 Mbit/s. Beyond it frames are skipped.
	static constexpr std::size_t kMaxQueuedBytes = 256 * 1024;

	RtpSender(std::uint32_t id, RtpParameters parameters, const MasterKeys& keys, Pace pace, double now,
		std::shared_ptr<SenderCounters> counters, PoolEvents& events);

	std::uint32_t id() const { return id_; }
	bool Concerns(FeedId feed) const { return feeds_.Concerns(feed); }

	void Follow(FeedId feed);
	/// Not owned; null: packets go nowhere.
	void SetRoute(PacketRoute* route) { writer_.SetRoute(route); }
	void SetPace(Pace pace, double now) { bucket_.SetPace(pace, now); }
	void Probe(double rate, double bytes, double now);
	/// A frame of a feed that it is concerned with, which took `waited` milliseconds to come here; what `Pump` answers.
	bool Frame(FeedId feed, const RtpUnitRef& unit, double now, double waited);
	/// Frames of a feed were lost on the way here.
	void Gap(FeedId feed, double now);
	/// An opened RTCP packet.
	void Receive(Bytes plain, double now);
	/// Sends a sender report.
	void SendReport(double now);

	/// Sends what may go now; whether something is left.
	bool Pump(double now);

private:
	void KeyframeWanted() override;
	void OnNack(std::uint16_t sequence) override;
	void Report(double lost, std::uint32_t last_sender_report, std::uint32_t delay) override;
	void Transport(Bytes part) override;
	void Limit(double rate) override;

	bool SendNext(double now);
	void SendProbe(double now);
	bool Clogged() const { return writer_.route() != nullptr && writer_.route()->QueuedBytes() > kMaxQueuedBytes; }
	bool Full() const { return writer_.route() != nullptr && writer_.route()->Full(); }
	bool Carries(const RtpUnit& unit, double waited) const;
	bool HasMore() const { return stream_.has_retransmissions() || !queue_.empty() || probe_ || owes_request_; }
	std::uint32_t NextTimestamp(std::uint32_t wanted);
	void Request(double now);
	void Skip(std::size_t frames) { Count(counters_->skipped, frames); }

	const std::uint32_t id_;
	const RtpParameters parameters_;
	const std::shared_ptr<SenderCounters> counters_;
	PoolEvents& events_;
	PacketWriter writer_;
	MediaStream stream_;
	SrtcpProtector rtcp_;
	FeedSwitch feeds_;
	FrameQueue queue_;
	KeyframeHold hold_;
	TokenBucket bucket_;
	std::optional<ProbeRun> probe_;
	bool awaits_keyframe_ = true;
	/// A keyframe is needed and was not asked for yet.
	bool owes_request_ = false;
	bool reports_transport_ = false;
	std::optional<std::uint32_t> timestamp_;
	/// When the RTCP packet came that is being read.
	double now_ = 0;
	/// The batches of events in which these were told.
	std::uint32_t told_keyframe_ = ~0u;
	std::uint32_t told_heard_ = ~0u;
};

}  // namespace porthole
