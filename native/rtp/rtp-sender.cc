#include "rtp/rtp-sender.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "rtp/media-clock.h"
#include "rtp/rtcp.h"

namespace porthole {

RtpSender::RtpSender(std::uint32_t id, RtpParameters parameters, const MasterKeys& keys, Pace pace, double now,
	std::shared_ptr<SenderCounters> counters, PoolEvents& events)
	: id_(id),
	  parameters_(std::move(parameters)),
	  counters_(std::move(counters)),
	  events_(events),
	  writer_(parameters_.extensions, parameters_.mid, keys),
	  stream_(parameters_, writer_),
	  rtcp_(DeriveSessionKeys(keys, KeyUse::kRtcp)),
	  bucket_(pace, now) {}

void RtpSender::Follow(FeedId feed) {
	feeds_.Follow(feed);
	if (feeds_.on()) return;
	Skip(queue_.DropRest());
	awaits_keyframe_ = true;
	owes_request_ = false;
}

void RtpSender::Probe(double rate, double bytes, double now) {
	if (probe_ || writer_.log() == nullptr || !stream_.has_rtx()) return;
	if (!(rate > 0 && bytes > 0) || stream_.packets() == 0) return;
	probe_.emplace(rate, bytes, now);
	writer_.log()->BeginProbe(rate);
}

bool RtpSender::Frame(FeedId feed, const RtpUnitRef& unit, double now, double waited) {
	const bool keyframe = unit->time().keyframe;
	bucket_.Refill(now);
	const bool carried = Carries(*unit, waited);
	if (!feeds_.IsCurrent(feed)) {
		if (!carried || !feeds_.TakesOver(feed, keyframe)) {
			if (!feeds_.on()) Skip(1);
			Request(now);
			return HasMore();
		}
		events_.TellFollowed(id_, feed);
	} else if (awaits_keyframe_ && !keyframe) {
		Skip(1);
		Request(now);
		return HasMore();
	}
	if (keyframe || !carried) Skip(queue_.DropRest());
	if (!carried || !queue_.Add(unit, NextTimestamp(unit->time().rtp_timestamp))) {
		Skip(1);
		awaits_keyframe_ = true;
		Request(now);
		return HasMore();
	}
	awaits_keyframe_ = false;
	if (keyframe) {
		hold_.Served(now);
		if (!feeds_.waiting()) owes_request_ = false;
	}
	return Pump(now);
}

void RtpSender::Gap(FeedId feed, double now) {
	if (!feeds_.Concerns(feed)) return;
	if (feeds_.IsCurrent(feed)) awaits_keyframe_ = true;
	Request(now);
}

bool RtpSender::Pump(double now) {
	bucket_.Refill(now);
	if (!Clogged()) {
		const bool is_first = stream_.packets() == 0;
		while (bucket_.open() && !Full() && SendNext(now)) {}
		// Without it the viewer cannot tell our clock, and so no latency, for a second.
		if (is_first) SendReport(now);
		SendProbe(now);
		if (owes_request_) Request(now);
	}
	counters_->packets.store(writer_.packets(), std::memory_order_relaxed);
	counters_->bytes.store(writer_.bytes(), std::memory_order_relaxed);
	return HasMore();
}

void RtpSender::Receive(Bytes plain, double now) {
	now_ = now;
	const std::uint32_t batch = events_.generation();
	if (std::exchange(told_heard_, batch) != batch) events_.TellHeard(id_);
	ReadFeedback(plain, parameters_.ssrc, *this);
}

void RtpSender::SendReport(double now) {
	if (stream_.packets() == 0 || writer_.route() == nullptr) return;
	const SenderState state{parameters_.ssrc, parameters_.cname, parameters_.clock_origin, stream_.packets(),
		stream_.payload_bytes()};
	const auto packet = rtcp_.Protect(WriteSenderReport(state, now));
	std::memcpy(writer_.route()->Room(), packet.data(), packet.size());
	writer_.route()->Send(packet.size());
}

/// What was missed goes before what is new; whether there was anything.
bool RtpSender::SendNext(double now) {
	if (stream_.has_retransmissions()) {
		const std::size_t size = stream_.SendRetransmission(now);
		if (size > 0) Count(counters_->retransmitted);
		bucket_.Take(size);
		return true;
	}
	const std::uint32_t timestamp = queue_.timestamp();
	auto packet = queue_.Take();
	if (!packet) return false;
	bucket_.Take(stream_.Send(std::move(*packet), timestamp, now));
	return true;
}

void RtpSender::SendProbe(double now) {
	if (!probe_) return;
	while (probe_->IsDue(now) && !Full()) probe_->Sent(std::max<std::size_t>(1, stream_.SendProbe(now)));
	if (!probe_->over()) return;
	writer_.log()->EndProbe();
	probe_.reset();
}

/// Whether a frame would be out in time. A keyframe waits only for the frame that was begun.
bool RtpSender::Carries(const RtpUnit& unit, double waited) const {
	const std::size_t before = unit.time().keyframe ? queue_.begun_bytes() : queue_.bytes();
	return bucket_.WaitBehind(before) + waited <= bucket_.longest_wait() && !Clogged();
}

/// Two renditions may show the same moment; a receiver takes frames of one timestamp for one frame.
std::uint32_t RtpSender::NextTimestamp(std::uint32_t wanted) {
	const std::uint32_t last = timestamp_.value_or(wanted - 1);
	const std::uint32_t ahead = wanted - last;
	timestamp_ = ahead > 0 && ahead < 0x8000'0000 ? wanted : last + 1;
	return *timestamp_;
}

/// Asks for a keyframe as soon as it can be carried.
void RtpSender::Request(double now) {
	const bool free = queue_.empty() && !Clogged();
	owes_request_ = !(free && hold_.MayAsk(now));
	if (owes_request_) return;
	const std::uint32_t batch = events_.generation();
	if (std::exchange(told_keyframe_, batch) != batch) events_.TellKeyframeNeeded(id_);
}

void RtpSender::KeyframeWanted() {
	Count(counters_->keyframe_requests);
	if (!feeds_.off()) Request(now_);
}

void RtpSender::OnNack(std::uint16_t sequence) {
	Count(counters_->nacks);
	if (stream_.OnNack(sequence, now_)) KeyframeWanted();
}

/// RFC 3550, 6.4.1, figure 2.
void RtpSender::Report(double lost, std::uint32_t last_sender_report, std::uint32_t delay) {
	writer_.ReceiverKnowsStream();
	counters_->lost = lost;
	if (last_sender_report == 0) return;
	const std::uint32_t trip = CompactNtp(ToNtpTime(now_)) - last_sender_report - delay;
	if (trip >= 0x8000'0000) return;
	const double round_trip = trip / 65536.0 * 1000;
	counters_->round_trip = round_trip;
	stream_.SetRoundTrip(round_trip);
}

void RtpSender::Transport(Bytes part) {
	const auto report = writer_.log() == nullptr ? std::nullopt : writer_.log()->Receive(part, now_);
	if (!report) return;
	reports_transport_ = true;
	counters_->receiver_limit = -1;
	events_.TellReport(id_, *report);
}

void RtpSender::Limit(double rate) {
	if (!reports_transport_) counters_->receiver_limit = rate;
}

}  // namespace porthole
