/// What anybody can send to a pool's socket from a viewer's address: datagrams as they are, to a sender of each profile.
///
/// Input: datagrams, each with its length in two bytes. The highest bit of the length chooses the profile.

#include <array>

#include "net/udp-socket.h"
#include "rtp/pool-state.h"
#include "stage.h"

namespace {

using namespace porthole;
using namespace porthole::fuzz;

constexpr std::uint32_t kSocket = 1;
constexpr std::uint32_t kLongestDatagram = 0x7ff;
constexpr std::array kProfiles{SrtpProfile::kAes128Gcm, SrtpProfile::kAes128CounterHmacSha1};

SocketAddress Loopback(std::uint16_t port) { return *SocketAddress::From("127.0.0.1", port); }

/// A pool with one socket, and a viewer's socket for each profile. The sockets outlive an input, the senders do not.
class Stage {
public:
	Stage() { pool_.AddSocket(kSocket, socket_); }

	void Run(Input input) {
		for (std::uint32_t id = 0; id < kProfiles.size(); id++) OpenSender(id);
		std::size_t strangers = 0;
		while (!input.empty()) {
			const std::uint32_t head = input.Word();
			const Bytes packet = input.Take(head & kLongestDatagram);
			viewers_[head >> 15]->Send(packet, Loopback(socket_->port()));
			// Whatever is not RTP or RTCP is JavaScript's.
			if (packet.empty() || packet[0] < 128 || packet[0] > 191) strangers++;
			pool_.ReceiveAll();
		}
		const PoolEventBatch batch = events_.Take();
		REQUIRE(batch.failures.empty());
		REQUIRE(batch.packets.size() == strangers && batch.dropped == 0);
		for (std::uint32_t id = 0; id < kProfiles.size(); id++) pool_.RemoveSender(id);
	}

private:
	void OpenSender(std::uint32_t id) {
		pool_.AddSender(std::make_shared<RtpSender>(id, Parameters(), LocalKeys(kProfiles[id]), kOpenPace, kStart,
							std::make_shared<SenderCounters>(), events_),
			std::make_shared<IncomingRtcp>(RemoteKeys(kProfiles[id])));
		pool_.With(id, [](RtpSender& sender, double now) {
			sender.Follow(1);
			sender.Frame(1, UnitOf(5'000, true, now), now, 0);
		});
		pool_.SetUdpRoute(id, kSocket, Loopback(viewers_[id]->port()));
	}

	PoolEvents events_;
	PoolState pool_{events_, [] { return kStart; }};
	const std::shared_ptr<UdpSocket> socket_ = std::make_shared<UdpSocket>("127.0.0.1", 0);
	const std::array<std::unique_ptr<UdpSocket>, kProfiles.size()> viewers_{std::make_unique<UdpSocket>("127.0.0.1", 0),
		std::make_unique<UdpSocket>("127.0.0.1", 0)};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
	static Stage stage;
	stage.Run(Input(data, size));
	return 0;
}
