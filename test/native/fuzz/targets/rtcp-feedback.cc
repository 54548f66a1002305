/// What a viewer that has the keys can make a sender do: feedback of its choice at times of its choice, between frames.
///
/// Input: a byte of flags (1: AES-CM, 2: no retransmissions, 4: no transport-wide numbers), then steps, each a byte and
/// what it takes: 0 and 1 a compound RTCP packet with its size in two bytes, 2 and 3 a single one whose length field is made
/// to fit, 4 a time to pass in 8 ms, 5 a frame with its size in two bytes (keyframe: the highest bit), 6 a probe with its
/// rate in 64 kbit/s, 7 a gap.

#include <cmath>

#include "rtp/srtcp.h"
#include "stage.h"

namespace {

using namespace porthole;
using namespace porthole::fuzz;

constexpr FeedId kFeed = 1;

/// A sender and its viewer.
class Stage {
public:
	explicit Stage(std::uint8_t flags)
		: profile_((flags & 1) != 0 ? SrtpProfile::kAes128CounterHmacSha1 : SrtpProfile::kAes128Gcm),
		  sender_(1, Parameters({.retransmission = (flags & 2) == 0, .transport_sequence = (flags & 4) == 0}),
			  LocalKeys(profile_), kOpenPace, kStart, counters_, events_) {
		sender_.SetRoute(&sink_);
		sender_.Follow(kFeed);
		Frame(6'000, true);
		Frame(1'000, false);
	}

	void Step(Input& input) {
		const std::uint8_t step = input.Byte() % 8;
		if (step < 2) Feedback(input.Take(input.Word()));
		if (step == 2 || step == 3) Feedback(Fitted(input.Take(input.Word())));
		if (step == 4) now_ += input.Byte() * 8.0;
		if (step == 5) {
			const std::uint32_t size = input.Word();
			Frame(size & 0x7fff, (size & 0x8000) != 0);
		}
		if (step == 6) sender_.Probe(input.Byte() * 64'000.0, 20'000, now_);
		if (step == 7) sender_.Gap(kFeed, now_);
		sender_.Pump(now_);
		Check();
	}

private:
	void Frame(std::size_t size, bool keyframe) { sender_.Frame(kFeed, UnitOf(size, keyframe, now_), now_, 0); }

	/// Whole words, with their number in the header: else what is cut short is nearly always refused for its length.
	static std::vector<std::uint8_t> Fitted(Bytes plain) {
		std::vector<std::uint8_t> packet(plain.begin(),
			plain.begin() + static_cast<std::ptrdiff_t>(plain.size() / 4 * 4));
		if (packet.size() >= 4) Put16(packet.data() + 2, static_cast<std::uint32_t>(packet.size() / 4 - 1));
		return packet;
	}

	void Feedback(Bytes plain) {
		if (plain.size() < 8) return;
		const auto packet = protector_.Protect(plain);
		const auto opened = opener_.Open(packet);
		if (packet.size() > kLongestOpened) {
			REQUIRE(!opened);
			return;
		}
		// Packets of more sources than a connection may have are refused.
		if (!opened) return;
		REQUIRE(std::ranges::equal(*opened, plain));
		REQUIRE(!opener_.Open(packet));
		sender_.Receive(*opened, now_);
	}

	void Check() {
		const double lost = counters_->lost;
		REQUIRE(lost == -1 || (lost >= 0 && lost < 1));
		const double round_trip = counters_->round_trip;
		REQUIRE(round_trip == -1 || (round_trip >= 0 && round_trip < 0x8000 * 1000.0));
		const double limit = counters_->receiver_limit;
		REQUIRE(limit == -1 || (limit >= 0 && limit <= kMaxLimit));
		const double periods = (now_ - kStart) / RetransmissionBuffer::kRetransmitPeriod + 1;
		REQUIRE(static_cast<double>(counters_->retransmitted) <= periods * RetransmissionBuffer::kMaxRetransmitted);
		const PoolEventBatch batch = events_.Take();
		REQUIRE(batch.packets.empty() && batch.failures.empty() && batch.dropped == 0);
		for (const double number : batch.numbers) REQUIRE(!std::isinf(number));
	}

	/// As SrtcpOpener has it.
	static constexpr std::size_t kLongestOpened = 4096;

	const SrtpProfile profile_;
	const std::shared_ptr<SenderCounters> counters_ = std::make_shared<SenderCounters>();
	PoolEvents events_;
	Sink sink_;
	SrtcpProtector protector_{DeriveSessionKeys(RemoteKeys(profile_), KeyUse::kRtcp)};
	SrtcpOpener opener_{DeriveSessionKeys(RemoteKeys(profile_), KeyUse::kRtcp)};
	double now_ = kStart;
	RtpSender sender_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
	Input input(data, size);
	Stage stage(input.Byte());
	while (!input.empty()) stage.Step(input);
	return 0;
}
