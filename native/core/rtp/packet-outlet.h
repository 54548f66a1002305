#pragma once

#include <cstdint>
#include <string>

#include "packet-route.h"
#include "rtp-header.h"
#include "rtp-stream.h"
#include "sent-history.h"
#include "srtp-protector.h"

namespace porthole {

/// Writes, protects and sends the RTP packets of one viewer, all streams of it.
class PacketOutlet {
public:
	PacketOutlet(ExtensionIds ids, std::string mid, const MasterKeys& keys)
		: header_(ids, std::move(mid)), srtp_(DeriveSessionKeys(keys, KeyUse::kRtp)) {}

	/// Packets go nowhere while it is null. Not owned.
	void SetRoute(PacketRoute* route) { route_ = route; }
	PacketRoute* route() const { return route_; }

	/// RTP packets sent; also the transport-wide number of the next.
	std::uint64_t packets() const { return packets_; }

	/// The receiver has reported, so it needs no media id any more.
	void ReceiverKnowsStream() { header_.ReceiverKnowsStream(); }

	/// Sends a packet as number `index` of `stream`; answers its size on the wire.
	std::size_t Send(const RtpStream& stream, std::uint64_t index, const UnitPacket& packet, std::uint32_t timestamp);

	/// Sends it again on a retransmission stream: the number it had goes before the payload (RFC 4588, 4).
	std::size_t SendAgain(const RtpStream& stream, std::uint64_t index, const SentHistory::Entry& entry);

private:
	/// Memory for a packet, with its header written.
	std::uint8_t* Begin(const RtpStream& stream, std::uint64_t index, const UnitPacket& packet, std::uint32_t timestamp);
	std::size_t Finish(Bytes payload, std::uint64_t index);

	RtpHeaderWriter header_;
	SrtpProtector srtp_;
	PacketRoute* route_ = nullptr;
	std::uint64_t packets_ = 0;
	std::uint8_t* packet_ = nullptr;
	std::size_t header_size_ = 0;
	/// Where packets are written that go nowhere.
	std::uint8_t nowhere_[kPacketRoom];
};

}  // namespace porthole
