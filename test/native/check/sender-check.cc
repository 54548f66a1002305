/// Checks the parts of rtp/ and net/ that need no cryptography, with times given, random input and sockets of this
/// machine. Built twice: with the system's way of sending many packets at once, and with the one that every system has.
/// Prints one line a check, "ok NAME" or "not ok NAME: what did not hold". Run by test/native/core.test.ts.

#include <poll.h>

#include <cstdlib>
#include <random>
#include <set>
#include <vector>

#include "check-list.h"
#include "net/udp-batch.h"
#include "net/udp-socket.h"
#include "rtp/byte-order.h"
#include "rtp/frame-queue.h"
#include "rtp/pacer.h"
#include "rtp/retransmission-buffer.h"
#include "rtp/rtcp.h"
#include "rtp/rtp-unit.h"
#include "rtp/transport-feedback.h"
#include "rtp/transport-log.h"

namespace {

using namespace porthole;

constexpr int kRounds = 20'000;
constexpr std::uint32_t kSsrc = 0x11223344;

std::mt19937 random_source(7);

std::uint32_t Random(std::uint32_t below) { return random_source() % below; }

std::vector<std::uint8_t> RandomBytes(std::size_t most) {
	std::vector<std::uint8_t> bytes(Random(static_cast<std::uint32_t>(most)));
	for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random_source());
	return bytes;
}

RtpUnitRef UnitOf(std::size_t nal_size, bool keyframe = false) {
	std::vector<std::uint8_t> data(4 + nal_size, 0xa5);
	Put32(data.data(), 1);
	data[4] = keyframe ? 0x65 : 0x41;
	return std::make_shared<const RtpUnit>(data, UnitTime{1000, 90, keyframe});
}

struct Heard : FeedbackEvents {
	void KeyframeWanted() override { keyframes++; }
	void OnNack(std::uint16_t) override { missing++; }
	void Report(double lost, std::uint32_t, std::uint32_t) override { CHECK(lost >= 0 && lost < 1); }
	void Transport(std::span<const std::uint8_t> part) override { transport.Receive(part, 1000); }
	void Limit(double rate) override { CHECK(rate >= 0 && rate <= kMaxLimit); }
	int keyframes = 0;
	int missing = 0;
	TransportLog transport;
};

void PacketsOfAFrameAreOfOneSizeOnTheWire() {
	for (std::size_t size = kMaxPayload + 1; size < 300'000; size += 1 + size / 50) {
		const RtpUnitRef unit = UnitOf(size);
		std::size_t bytes = 0;
		for (std::size_t i = 0; i < unit->count(); i++) {
			const std::size_t wire = unit->Payload(i).size() + (i == 0 ? kFirstHeaderExtra : 0);
			CHECK(unit->Payload(i).size() <= kMaxPayload);
			if (i + 1 < unit->count()) CHECK(wire == unit->Payload(0).size() + kFirstHeaderExtra);
			else CHECK(wire <= unit->Payload(0).size() + kFirstHeaderExtra);
			bytes += unit->Payload(i).size() - 2;
		}
		CHECK(bytes == size - 1);
	}
}

void AnythingCanBeCut() {
	for (int round = 0; round < kRounds; round++) {
		auto data = RandomBytes(400);
		for (std::uint8_t& byte : data) byte = byte < 200 ? byte % 3 : byte;
		const RtpUnit unit(data, {});
		for (std::size_t i = 0; i < unit.count(); i++) CHECK(!unit.Payload(i).empty());
	}
}

void AnythingCanBeReadAsFeedback() {
	Heard heard;
	for (int i = 0; i < 5000; i++) heard.transport.Sent(1200, i);
	for (int round = 0; round < kRounds; round++) {
		auto packet = RandomBytes(1500);
		// Mostly what gets past the first looks.
		for (std::size_t at = 0; at + 20 <= packet.size() && Random(8) != 0;) {
			constexpr std::uint8_t kTypes[] = {200, 201, 205, 206};
			constexpr std::uint8_t kFormats[] = {1, 4, 15, 31};
			const std::uint32_t words = Random(static_cast<std::uint32_t>((packet.size() - at) / 4));
			packet[at] = 0x80 | kFormats[Random(4)];
			packet[at + 1] = kTypes[Random(4)];
			Put16(packet.data() + at + 2, words);
			Put32(packet.data() + at + 8, kSsrc);
			at += (std::size_t{words} + 1) * 4;
		}
		ReadFeedback(packet, kSsrc, heard);
	}
	CHECK(heard.keyframes > 0 && heard.missing > 0);
}

void ANackIsBoundedWorkHoweverLong() {
	std::vector<std::uint8_t> packet(12 + 4 * 2000, 0xff);
	packet[0] = 0x81;
	packet[1] = 205;
	Put16(packet.data() + 2, static_cast<std::uint32_t>(packet.size() / 4 - 1));
	Put32(packet.data() + 8, kSsrc);
	Heard heard;
	ReadFeedback(packet, kSsrc, heard);
	CHECK(heard.missing == 256 * 17);
	RetransmissionQueue queue;
	int looked_at = 0;
	for (int i = 0; i < 100'000; i++) {
		if (!queue.TakesNack(1000)) continue;
		looked_at++;
		queue.Add(static_cast<std::uint16_t>(i));
	}
	CHECK(looked_at == RetransmissionQueue::kMaxNacked);
	std::size_t waiting = 0;
	while (queue.Take()) waiting++;
	CHECK(waiting == RetransmissionQueue::kMaxWaiting);
}

void ReportsNeverTellOfMoreThanWasSent() {
	for (int round = 0; round < 300; round++) {
		TransportLog log;
		const std::uint32_t sent = 1 + Random(9000);
		for (std::uint32_t i = 0; i < sent; i++) log.Sent(100, i);
		std::uint64_t received = 0;
		for (int message = 0; message < 30; message++) {
			auto part = RandomBytes(400);
			part.resize(std::max<std::size_t>(part.size(), 24));
			Put16(part.data() + 12, Random(sent + 100));
			Put16(part.data() + 14, Random(200));
			const auto report = log.Receive(part, 1e6 + message);
			if (!report) continue;
			received += report->received;
			CHECK(report->received_bytes == std::uint64_t{100} * report->received);
			CHECK(report->outstanding <= std::uint64_t{100} * sent);
			if (report->received > 0) CHECK(*report->least_delay >= 0 && *report->least_delay <= 10'000);
		}
		CHECK(received <= std::min<std::uint64_t>(sent, SentLog::kSize));
	}
}

void QueuedFramesAddUp() {
	FrameQueue queue;
	std::size_t bytes = 0;
	for (int round = 0; round < kRounds; round++) {
		switch (Random(4)) {
			case 0: {
				const RtpUnitRef unit = UnitOf(1 + Random(5000));
				if (queue.Add(unit, 1)) bytes += unit->bytes();
				break;
			}
			case 1:
				if (Random(20) == 0) {
					queue.DropRest();
					bytes = queue.begun_bytes();
				}
				break;
			default:
				if (const auto packet = queue.Take()) bytes -= packet->payload().size();
		}
		CHECK(queue.bytes() == bytes);
	}
}

void APaceIsKept() {
	TokenBucket bucket({8000, 100, 50}, 0);
	std::size_t sent = 0;
	for (double now = 0; now < 1000; now += 0.5) {
		bucket.Refill(now);
		while (bucket.open()) {
			bucket.Take(60);
			sent += 60;
		}
	}
	CHECK(sent >= 1000 && sent <= 1000 + 100 + 60);
	CHECK(bucket.WaitBehind(1000) > 900);
}

/// What has come to a socket, until nothing does.
std::vector<std::vector<std::uint8_t>> Arrived(const UdpSocket& socket) {
	UdpTransfer transfer(socket.descriptor());
	std::vector<std::vector<std::uint8_t>> packets;
	pollfd waiting{socket.descriptor(), POLLIN, 0};
	while (poll(&waiting, 1, 50) > 0) {
		transfer.Receive([&](std::span<const std::uint8_t> packet, const SocketAddress&) {
			packets.emplace_back(packet.begin(), packet.end());
		});
	}
	return packets;
}

void PacketsArriveAsTheyWereWhateverTheirSizes(const std::string& address) {
	const UdpSocket from(address, 0);
	const UdpSocket one(address, 0);
	const UdpSocket other(address, 0);
	const auto to_one = *SocketAddress::From(address, one.port());
	const auto to_other = *SocketAddress::From(address, other.port());
	UdpBatch batch(from);
	std::vector<std::vector<std::uint8_t>> sent[2];
	for (int i = 0; i < 600; i++) {
		const std::size_t size = i % 10 < 7 ? 1200 : 1 + Random(1400);
		const bool first = i / 20 % 2 == 0;
		std::uint8_t* room = batch.Room();
		for (std::size_t at = 0; at < size; at++) room[at] = static_cast<std::uint8_t>(random_source());
		sent[first ? 0 : 1].emplace_back(room, room + size);
		batch.Send(first ? to_one : to_other, size);
		if (i % 97 == 0) batch.Flush();
	}
	batch.Flush();
	CHECK(Arrived(one) == sent[0]);
	CHECK(Arrived(other) == sent[1]);
	CHECK(batch.blocked_bytes() == 0 && batch.dropped() == 0);
}

void PacketsArriveOverBothKindsOfAddresses() {
	PacketsArriveAsTheyWereWhateverTheirSizes("127.0.0.1");
	PacketsArriveAsTheyWereWhateverTheirSizes("::1");
}

void NobodyThereDoesNotHoldUpOthers() {
	const UdpSocket from("127.0.0.1", 0);
	const UdpSocket there("127.0.0.1", 0);
	const SocketAddress gone = *SocketAddress::From("127.0.0.1", 9);
	// No packet gets there at all: a different family.
	const SocketAddress impossible = *SocketAddress::From("::1", there.port());
	UdpBatch batch(from);
	for (int i = 0; i < 30; i++) {
		batch.Room();
		batch.Send(i % 3 == 0 ? gone : i % 3 == 1 ? impossible : *SocketAddress::From("127.0.0.1", there.port()), 100);
		if (i % 7 == 0) batch.Flush();
	}
	batch.Flush();
	CHECK(Arrived(there).size() == 10);
}

void AddressesAreReadAndWritten() {
	for (const char* text : {"127.0.0.1", "::1", "fe80::1", "2001:db8::7"}) {
		const auto address = SocketAddress::From(text, 4711);
		CHECK(address && address->text() == text && address->port() == 4711);
		CHECK(*address == *SocketAddress::From(text, 4711) && !(*address == *SocketAddress::From(text, 4712)));
	}
	CHECK(!SocketAddress::From("localhost", 1) && !SocketAddress::From("", 1) && !SocketAddress::From("1.2.3.4.5", 1));
}

}  // namespace

int main() {
	porthole::check::CheckList checks;
	RUN(checks, PacketsOfAFrameAreOfOneSizeOnTheWire);
	RUN(checks, AnythingCanBeCut);
	RUN(checks, AnythingCanBeReadAsFeedback);
	RUN(checks, ANackIsBoundedWorkHoweverLong);
	RUN(checks, ReportsNeverTellOfMoreThanWasSent);
	RUN(checks, QueuedFramesAddUp);
	RUN(checks, APaceIsKept);
	RUN(checks, PacketsArriveOverBothKindsOfAddresses);
	RUN(checks, NobodyThereDoesNotHoldUpOthers);
	RUN(checks, AddressesAreReadAndWritten);
	return checks.exit_code();
}
