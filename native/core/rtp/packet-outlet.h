#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "packet-route.h"
#include "rtp-header.h"
#include "rtp-stream.h"
#include "sent-history.h"
#include "srtp-protector.h"
#include "transport-log.h"

namespace porthole {

/// Writes, protects and sends the RTP packets of one viewer, all streams of it.
class PacketOutlet {
public:
	PacketOutlet(ExtensionIds ids, std::string mid, const MasterKeys& keys)
		: header_(ids, std::move(mid)), srtp_(DeriveSessionKeys(keys, KeyUse::kRtp)) {
		if (ids.transport_sequence != 0) log_.emplace();
	}

	/// Packets go nowhere while it is null. Not owned.
	void SetRoute(PacketRoute* route) { route_ = route; }
	PacketRoute* route() const { return route_; }

	/// Null when the other side takes no transport-wide numbers.
	TransportLog* log() { return log_ ? &*log_ : nullptr; }

	/// Bytes of RTP packets sent, with their protection.
	std::uint64_t bytes() const { return bytes_; }

	/// RTP packets sent; also the transport-wide number of the next.
	std::uint64_t packets() const { return packets_; }

	/// The receiver has reported, so it needs no media id any more.
	void ReceiverKnowsStream() { header_.ReceiverKnowsStream(); }

	/// Sends a packet as number `index` of `stream`; answers its size on the wire.
	std::size_t Send(const RtpStream& stream, std::uint64_t index, const UnitPacket& packet, std::uint32_t timestamp,
		double now);

	/// Sends it again on a retransmission stream: the number it had goes before the payload (RFC 4588, 4).
	std::size_t SendAgain(const RtpStream& stream, std::uint64_t index, const SentHistory::Entry& entry, double now);

private:
	/// Memory for a packet, with its header written.
	std::uint8_t* Begin(const RtpStream& stream, std::uint64_t index, const UnitPacket& packet, std::uint32_t timestamp);
	std::size_t Finish(Bytes payload, std::uint64_t index, double now);

	RtpHeaderWriter header_;
	SrtpProtector srtp_;
	PacketRoute* route_ = nullptr;
	std::optional<TransportLog> log_;
	std::uint64_t packets_ = 0;
	std::uint64_t bytes_ = 0;
	std::uint8_t* packet_ = nullptr;
	std::size_t header_size_ = 0;
	/// Where packets are written that go nowhere.
	std::uint8_t nowhere_[kPacketRoom];
};

}  // namespace porthole
