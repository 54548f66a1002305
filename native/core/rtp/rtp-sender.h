#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "feed-switch.h"
#include "feedback.h"
#include "keyframe-hold.h"
#include "media-stream.h"
#include "pace.h"
#include "packet-outlet.h"
#include "picture-queue.h"
#include "pool-events.h"
#include "probe-run.h"
#include "sender-counters.h"
#include "srtcp.h"
#include "stream-terms.h"

namespace porthole {

/// The RTP send path of one viewer. Used by one thread; times are milliseconds since the Unix epoch. What may be left to be sent
/// later is sent by `Pump`, which must then be called again and again.
class RtpSender : private FeedbackEvents {
public:
	/// Bytes that may wait in a connection: about half a second at 4 Mbit/s. Beyond it pictures are skipped.
	static constexpr std::size_t kMaxQueuedBytes = 256 * 1024;

	RtpSender(std::uint32_t id, StreamTerms terms, const MasterKeys& keys, Pace pace, double now,
		std::shared_ptr<SenderCounters> counters, PoolEvents& events);

	std::uint32_t id() const { return id_; }
	bool Concerns(FeedId feed) const { return feeds_.Concerns(feed); }

	void Follow(FeedId feed);
	/// Not owned; null: packets go nowhere.
	void SetRoute(PacketRoute* route) { outlet_.SetRoute(route); }
	void SetPace(Pace pace, double now) { bucket_.SetPace(pace, now); }
	void Probe(double rate, double bytes, double now);
	/// A picture of a feed that it is concerned with, which took `waited` milliseconds to come here; what `Pump` answers.
	bool Picture(FeedId feed, const RtpUnitRef& unit, double now, double waited);
	/// Pictures of a feed were lost on the way here.
	void Gap(FeedId feed, double now);
	/// An opened RTCP packet.
	void Receive(Bytes plain, double now);
	/// Sends a sender report.
	void SendReport(double now);

	/// Sends what may go now; whether something is left.
	bool Pump(double now);

private:
	void KeyframeWanted() override;
	void Missing(std::uint16_t sequence) override;
	void Report(double lost, std::uint32_t last_sender_report, std::uint32_t delay) override;
	void Transport(Bytes part) override;
	void Limit(double rate) override;

	bool SendNext(double now);
	void SendProbe(double now);
	bool Clogged() const { return outlet_.route() != nullptr && outlet_.route()->QueuedBytes() > kMaxQueuedBytes; }
	bool Full() const { return outlet_.route() != nullptr && outlet_.route()->Full(); }
	bool Carries(const RtpUnit& unit, double waited) const;
	bool HasMore() const { return stream_.has_missed() || !queue_.empty() || probe_ || owes_request_; }
	std::uint32_t NextTimestamp(std::uint32_t wanted);
	void Request(double now);
	void Skip(std::size_t pictures) { Count(counters_->skipped, pictures); }

	const std::uint32_t id_;
	const StreamTerms terms_;
	const std::shared_ptr<SenderCounters> counters_;
	PoolEvents& events_;
	PacketOutlet outlet_;
	MediaStream stream_;
	SrtcpProtector rtcp_;
	FeedSwitch feeds_;
	PictureQueue queue_;
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
