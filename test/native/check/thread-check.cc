/// Has threads of the addon throw while others like them run, and many of them work at once: `thread-check DISPLAY [NAME…]`.
/// Built with ThreadSanitizer, which watches all of it. Prints one line a check as core-check does. Run by
/// test/native/threads.long.test.ts.

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "capture/pixel-source.h"
#include "check-list.h"
#include "clock.h"
#include "decode/frame-decoder.h"
#include "encode/encoder-registry.h"
#include "encode/pixel-encoder.h"
#include "guarded-thread.h"
#include "rtp/rtp-pool.h"
// Last, for the macros of Xlib.
#include "capture/x11-source.h"
#include "input/x11-injector.h"

namespace {

using namespace porthole;

constexpr int kWidth = 64;
constexpr int kHeight = 48;
constexpr Rate kRate{1'000'000, 60};

std::string display;

/// A thread told something; whoever waits for that is woken.
class Told {
public:
	void Add(const std::string& what) {
		const std::lock_guard lock(mutex_);
		told_.push_back(what);
		changed_.notify_all();
	}

	/// Waits for up to 20 s until so much was told.
	bool Await(std::size_t count) {
		std::unique_lock lock(mutex_);
		return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return told_.size() >= count; });
	}

	std::size_t count() {
		const std::lock_guard lock(mutex_);
		return told_.size();
	}

	std::string last() {
		const std::lock_guard lock(mutex_);
		return told_.empty() ? "" : told_.back();
	}

private:
	std::mutex mutex_;
	std::condition_variable changed_;
	std::vector<std::string> told_;
};

class Sink : public SourceSink {
public:
	bool Deliver(AccessUnit) override {
		units.Add("unit");
		return true;
	}
	bool Blocked(Rendition) const override { return false; }
	void End(const std::string& code, const std::string&) override { ends.Add(code); }

	Told units;
	Told ends;
};

const EncoderKind& Kind() { return FindEncoderKind("openh264"); }

void APixelSourceThatThrowsEndsAndAnotherGoesOn() {
	const std::vector<std::uint8_t> pixels(kWidth * kHeight * 4, 0x55);
	Sink other_sink;
	PixelSource other(Kind(), kWidth, kHeight, PixelFormat::kBgra, kRate, other_sink);
	Sink sink;
	PixelSource source(Kind(), kWidth, kHeight, PixelFormat::kBgra, kRate, sink);
	source.Encode(pixels.data(), kWidth * 4, {}, MonotonicMs());
	CHECK(sink.units.Await(1));
	{
		FailNext("encoder thread");
		source.RequestKeyframe(Rendition::kMain);
		CHECK(sink.ends.Await(1));
	}
	CHECK(sink.ends.last() == "encoder-failed");
	other.Encode(pixels.data(), kWidth * 4, {}, MonotonicMs());
	CHECK(other_sink.units.Await(1));
	source.Encode(pixels.data(), kWidth * 4, {}, MonotonicMs());
	source.Close();
	CHECK(sink.ends.count() == 1);
	CHECK(other_sink.ends.count() == 0);
}

void APixelEncoderThatThrowsFailsAndAnotherGoesOn() {
	const std::vector<std::uint8_t> pixels(kWidth * kHeight * 4, 0x55);
	const auto open = [](Told& encoded, Told& failed) {
		PixelEncoder::Events events;
		events.encoded = [&](const EncodedFrame&) { encoded.Add("frame"); };
		events.failed = [&](const std::string& code, const std::string&) { failed.Add(code); };
		return std::make_unique<PixelEncoder>(Kind(), EncoderSettings{kWidth, kHeight, kRate}, std::move(events));
	};
	const RawFrame frame{RawFrame::Format::kBgra, pixels.data(), kWidth * 4, false};
	Told encoded, failed, other_coded, other_failed;
	const auto other = open(other_coded, other_failed);
	const auto encoder = open(encoded, failed);
	{
		FailNext("encoder thread");
		CHECK(encoder->Encode(frame));
		CHECK(failed.Await(1));
	}
	CHECK(failed.last() == "encoder-failed");
	CHECK(other->Encode(frame));
	CHECK(other_coded.Await(1));
	CHECK(encoded.count() == 0 && other_failed.count() == 0);
}

/// One encoded frame for decoders.
EncodedFrame Coded() {
	const auto encoder = Kind().create({kWidth, kHeight, kRate});
	const std::vector<std::uint8_t> pixels(kWidth * kHeight * 4, 0x55);
	I420Frame frame(kWidth, kHeight);
	frame.Convert(PixelFormat::kBgra, pixels.data(), kWidth * 4, {0, 0, kWidth, kHeight});
	EncodedFrame encoded;
	CHECK(encoder->Encode(frame, true, encoded));
	return encoded;
}

void ADecoderThatThrowsFailsAndAnotherGoesOn() {
	const EncodedFrame encoded = Coded();
	const auto open = [](Told& frames, Told& failed) {
		FrameDecoder::Events events;
		events.frame = [&](const DecodedFrame&) { frames.Add("frame"); };
		events.lost = [] {};
		events.failed = [&](const std::string& code, const std::string&) { failed.Add(code); };
		return std::make_unique<FrameDecoder>(1, std::move(events));
	};
	Told frames, failed, other_frames, other_failed;
	const auto other = open(other_frames, other_failed);
	const auto decoder = open(frames, failed);
	{
		FailNext("decoder thread");
		decoder->Want();
		decoder->Decode(encoded.data.data(), encoded.data.size(), true, ColourMatrix::kBt601);
		CHECK(failed.Await(1) || other_failed.Await(1));
	}
	// Both wait on the same name; whichever went round first has thrown.
	const bool is_other = failed.count() == 0;
	CHECK((is_other ? other_failed : failed).last() == "decoder-failed");
	FrameDecoder& whole = is_other ? *decoder : *other;
	whole.Want();
	whole.Decode(encoded.data.data(), encoded.data.size(), true, ColourMatrix::kBt601);
	CHECK((is_other ? frames : other_frames).Await(1));
}

void AnX11SourceThatThrowsEndsAndAnotherGoesOn() {
	Sink other_sink;
	X11Source other(display, Kind(), kRate, other_sink);
	CHECK(other_sink.units.Await(1));
	Sink sink;
	X11Source source(display, Kind(), kRate, sink);
	CHECK(sink.units.Await(1));
	{
		FailNext("capture thread");
		source.RequestKeyframe(Rendition::kMain);
		CHECK(sink.ends.Await(1) || other_sink.ends.Await(1));
	}
	const bool is_other = sink.ends.count() == 0;
	Sink& whole = is_other ? sink : other_sink;
	CHECK((is_other ? other_sink : sink).ends.last() == "capture-failed");
	const std::size_t before = whole.units.count();
	(is_other ? source : other).RequestKeyframe(Rendition::kMain);
	CHECK(whole.units.Await(before + 1));
	CHECK(whole.ends.count() == 0);
}

void AnInjectorThatThrowsEndsAndTheSourceGoesOn() {
	Sink sink;
	X11Source source(display, Kind(), kRate, sink);
	CHECK(sink.units.Await(1));
	Told ends;
	X11Injector injector(display, [&](const std::string& code, const std::string&) { ends.Add(code); });
	CHECK(injector.Push(PointerState{5, 5, 1}));
	{
		FailNext("input thread");
		CHECK(injector.Push(PointerState{6, 6, 1}));
		CHECK(ends.Await(1));
	}
	CHECK(ends.last() == "input-failed");
	// What it held is up: another's press is a press.
	X11Injector next(display, [&](const std::string& code, const std::string&) { ends.Add(code); });
	source.ExpectDamage();
	for (int at = 0; at < 50; at++) CHECK(next.Push(PointerState{at, at, at % 2}));
	CHECK(next.Push(TypedText{U"text"}));
	const std::size_t before = sink.units.count();
	source.RequestKeyframe(Rendition::kMain);
	CHECK(sink.units.Await(before + 1));
	next.Close();
	CHECK(ends.count() == 1 && sink.ends.count() == 0);
}

/// A pool with a socket, a feed and senders, each to a port of its own.
class Pool {
public:
	Pool()
		: pool([this] { wakes.Add("wake"); }, [this](const std::string& code, const std::string&) { ends.Add(code); }) {
		socket = pool.OpenSocket("127.0.0.1", 0).id;
		feed = pool.OpenFeed();
	}

	/// Opens a sender that follows the feed; gives the socket where its packets come.
	std::uint32_t Add(UdpSocket& viewer) {
		RtpParameters parameters{};
		parameters.payload_type = 102;
		parameters.ssrc = 0x1000 + ++last;
		parameters.cname = "check";
		const MasterKeys keys{SrtpProfile::kAes128Gcm, {1}, {2}};
		const std::uint32_t id = pool.OpenSender(parameters, keys, keys, {1e9, 1e6, 1000});
		pool.SetUdpRoute(id, socket, *SocketAddress::From("127.0.0.1", viewer.port()));
		pool.Follow(id, feed);
		return id;
	}

	void Push(bool keyframe) {
		std::vector<std::uint8_t> unit(2000, 0x5a);
		const std::uint8_t head[] = {0, 0, 0, 1, static_cast<std::uint8_t>(keyframe ? 0x65 : 0x41)};
		std::ranges::copy(head, unit.begin());
		pool.Push(feed, unit, {MonotonicMs(), timestamp += 1500, keyframe});
	}

	Told wakes;
	Told ends;
	RtpPool pool;
	std::uint32_t socket = 0;
	FeedId feed = 0;
	std::uint32_t last = 0;
	std::uint32_t timestamp = 0;
};

/// Packets that have come to a socket within a time.
int Arrived(const UdpSocket& viewer, int wanted) {
	int count = 0;
	for (int tries = 0; tries < 2000 && count < wanted; tries++) {
		std::uint8_t bytes[2048];
		if (recv(viewer.descriptor(), bytes, sizeof bytes, MSG_DONTWAIT) > 0) count++;
		else std::this_thread::sleep_for(std::chrono::milliseconds(5));
	}
	return count;
}

void ASenderThatThrowsFailsAndTheOthersGoOn() {
	Pool one;
	UdpSocket first("127.0.0.1", 0);
	UdpSocket second("127.0.0.1", 0);
	const std::uint32_t ids[] = {one.Add(first), one.Add(second)};
	one.pool.Settle();
	std::uint32_t failed = 0;
	{
		FailNext("sender");
		one.Push(true);
		one.pool.Settle();
		const PoolEventBatch batch = one.pool.events().Take();
		CHECK(batch.failures.size() == 1);
		CHECK(batch.failures[0].first == "sender-failed");
		for (std::size_t at = 0; at + 1 < batch.numbers.size(); at++) {
			if (batch.numbers[at] == 7) failed = static_cast<std::uint32_t>(batch.numbers[at + 1]);
		}
	}
	CHECK(failed == ids[0] || failed == ids[1]);
	const UdpSocket& whole = failed == ids[0] ? second : first;
	CHECK(Arrived(whole, 2) == 2);
	one.Push(false);
	one.pool.Report(failed);
	one.pool.SetUdpRoute(failed, one.socket, *SocketAddress::From("127.0.0.1", first.port()));
	CHECK(Arrived(whole, 2) == 2);
	one.pool.CloseSender(failed);
	one.pool.Settle();
	CHECK(one.ends.count() == 0);
}

void APoolThatThrowsEndsAndAnotherGoesOn() {
	Pool other;
	UdpSocket viewer("127.0.0.1", 0);
	other.Add(viewer);
	other.pool.Settle();
	Pool one;
	one.pool.Settle();
	{
		FailNext("sender thread");
		one.Push(true);
		CHECK(one.ends.Await(1));
	}
	CHECK(one.ends.last() == "sender-failed");
	// Nothing hangs on it, and nothing piles up.
	one.pool.Settle();
	for (int frame = 0; frame < 100; frame++) one.Push(true);
	one.pool.CloseSocket(one.socket);
	one.pool.Close();
	other.Push(true);
	CHECK(Arrived(viewer, 2) == 2);
	CHECK(other.ends.count() == 0);
}

/// Sends what it can to all sockets of pools, such as viewers and strangers do, and counts what comes.
class Viewers {
public:
	Viewers() {
		for (int i = 0; i < kCount; i++) sockets.push_back(std::make_unique<UdpSocket>("127.0.0.1", 0));
	}
	~Viewers() {
		closing_ = true;
		if (thread_.joinable()) thread_.join();
	}

	/// Begins; `ports`: of the pool's sockets.
	void Start(std::vector<std::uint16_t> ports) {
		thread_ = std::thread([this, ports = std::move(ports)] {
			std::uint8_t bytes[2048];
			for (int round = 0; !closing_; round++) {
				for (const auto& socket : sockets) {
					while (recv(socket->descriptor(), bytes, sizeof bytes, MSG_DONTWAIT) > 0) arrived++;
					// RTCP that is not genuine, and STUN of nobody.
					const std::vector<std::uint8_t> packet(40,
						static_cast<std::uint8_t>(round % 2 == 0 ? 200 : round % 3));
					for (const std::uint16_t port : ports)
						socket->Send(packet, *SocketAddress::From("127.0.0.1", port));
				}
				std::this_thread::sleep_for(std::chrono::milliseconds(1));
			}
		});
	}

	static constexpr int kCount = 4;
	std::vector<std::unique_ptr<UdpSocket>> sockets;
	std::atomic<int> arrived{0};

private:
	std::atomic<bool> closing_{false};
	std::thread thread_;
};

/// What the thread of JavaScript does with a pool, all at once.
void UseAPool() {
	Pool one;
	Viewers viewers;
	std::vector<std::uint32_t> sockets{one.socket};
	std::vector<std::uint16_t> ports;
	for (int i = 0; i < 2; i++) {
		const RtpPool::OpenedSocket opened = one.pool.OpenSocket("127.0.0.1", 0);
		sockets.push_back(opened.id);
		ports.push_back(opened.port);
	}
	viewers.Start(ports);
	std::vector<std::uint32_t> senders;
	for (int round = 0; round < 200; round++) {
		UdpSocket& viewer = *viewers.sockets[static_cast<std::size_t>(round) % Viewers::kCount];
		const SocketAddress address = *SocketAddress::From("127.0.0.1", viewer.port());
		if (round % 5 == 0) senders.push_back(one.Add(viewer));
		one.Push(round % 20 == 0);
		const std::vector<std::uint8_t> noise(40, static_cast<std::uint8_t>(128 + round % 64));
		one.pool.SendDatagram(sockets[static_cast<std::size_t>(round) % sockets.size()], noise, address);
		for (const std::uint32_t sender : senders) {
			one.pool.Receive(sender, noise);
			one.pool.Report(sender);
			one.pool.SetPace(sender, {1e8, 1e5, 1000});
			const SenderCounters* counters = one.pool.Counters(sender);
			CHECK(counters != nullptr && counters->packets.load() < 100'000);
		}
		if (round % 50 == 1) one.pool.SetUdpRoute(senders.back(), sockets.back(), address);
		if (round % 50 == 2) one.pool.SetBridgedRoute(senders.back());
		one.pool.events().Take();
		if (round % 7 == 6) {
			one.pool.CloseSender(senders.front());
			senders.erase(senders.begin());
			if (senders.empty()) senders.push_back(one.Add(viewer));
		}
	}
	one.pool.CloseSocket(sockets.back());
	one.pool.Settle();
	const double deadline = MonotonicMs() + 20'000;
	while (viewers.arrived < 100 && MonotonicMs() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(5));
	CHECK(viewers.arrived >= 100);
	CHECK(one.ends.count() == 0);
}

void PoolsWithSeveralSocketsSendAndReceiveAtOnce() {
	Told failures;
	const auto use = [&] {
		try {
			UseAPool();
		} catch (const check::Failure& failure) {
			failures.Add(failure.what);
		}
	};
	std::thread first(use);
	std::thread second(use);
	first.join();
	second.join();
	if (failures.count() > 0) throw check::Failure{failures.last()};
}

void SourcesOfADisplayAndItsInputWorkAtOnce() {
	Sink sinks[2];
	Told ends;
	X11Source first(display, Kind(), kRate, sinks[0]);
	X11Source second(display, Kind(), kRate, sinks[1]);
	X11Injector injector(display, [&](const std::string& code, const std::string&) { ends.Add(code); });
	for (int round = 0; round < 100; round++) {
		CHECK(injector.Push(PointerState{round % 200, round % 150, round % 2}));
		if (round % 10 == 0) CHECK(injector.Push(TypedText{U"aé語"}));
		if (round % 10 == 5) CHECK(injector.Push(WheelTurn{0, 1}));
		for (X11Source* source : {&first, &second}) {
			source->ExpectDamage();
			source->SetRate(Rendition::kSmall, round % 8 < 4 ? std::optional(kRate) : std::nullopt);
			if (round % 3 == 0) source->RequestKeyframe(Rendition::kMain);
			CHECK(source->stats().captured < 100'000);
		}
		CHECK(injector.size().width > 0);
		std::this_thread::sleep_for(std::chrono::milliseconds(5));
	}
	for (Sink& sink : sinks) {
		CHECK(sink.units.Await(20));
		CHECK(sink.ends.count() == 0);
	}
	CHECK(ends.count() == 0);
}

/// Wrong on purpose: what the sanitizer must report.
void TwoThreadsCountWithoutALock() {
	int count = 0;
	const auto add = [&] {
		for (int i = 0; i < 1000; i++) count++;
	};
	std::thread first(add);
	std::thread second(add);
	first.join();
	second.join();
	CHECK(count > 0);
}

}  // namespace

int main(int count, char** words) {
	if (count < 2) return 2;
	display = words[1];
	check::CheckList list({words + 2, words + count});
	RUN(list, APixelSourceThatThrowsEndsAndAnotherGoesOn);
	RUN(list, APixelEncoderThatThrowsFailsAndAnotherGoesOn);
	RUN(list, ADecoderThatThrowsFailsAndAnotherGoesOn);
	RUN(list, AnX11SourceThatThrowsEndsAndAnotherGoesOn);
	RUN(list, AnInjectorThatThrowsEndsAndTheSourceGoesOn);
	RUN(list, ASenderThatThrowsFailsAndTheOthersGoOn);
	RUN(list, APoolThatThrowsEndsAndAnotherGoesOn);
	RUN(list, PoolsWithSeveralSocketsSendAndReceiveAtOnce);
	RUN(list, SourcesOfADisplayAndItsInputWorkAtOnce);
	if (count > 2) RUN(list, TwoThreadsCountWithoutALock);
	return list.exit_code();
}
