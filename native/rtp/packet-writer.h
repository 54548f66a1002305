#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "net/packet-route.h"
#include "rtp/retransmission-buffer.h"
#include "rtp/rtp-parameters.h"
#include "rtp/srtp.h"
#include "rtp/transport-log.h"

namespace porthole {

/// The numbering of one outgoing RTP stream.
class RtpStream {
public:
	/// `first`: index of the first packet. Below 2^15 no early loss can be mistaken for a rollover.
	RtpStream(std::uint8_t payload_type, std::uint32_t ssrc, std::uint16_t first)
		: payload_type_(payload_type), ssrc_(ssrc), next_(first) {}

	std::uint8_t payload_type() const { return payload_type_; }
	std::uint32_t ssrc() const { return ssrc_; }

	/// Takes the next index: a sequence number with the rollovers above it (RFC 3711, 3.3.1).
	std::uint64_t Take() { return next_++; }

	/// The sequence number given out last.
	std::uint16_t last() const { return static_cast<std::uint16_t>(next_ - 1); }

	/// Whether a sequence number was given out within the last 2^15 packets.
	bool WasSent(std::uint16_t sequence) const { return ((next_ - 1 - sequence) & 0xffff) < 0x8000; }

private:
	const std::uint8_t payload_type_;
	const std::uint32_t ssrc_;
	std::uint64_t next_;
};

/// Longest media id that a one-byte extension has room for (RFC 8285, 4.2).
constexpr std::size_t kLongestMid = 16;

/// Longest header that is ever written, bytes: fixed part, extension head and all extensions, padded.
constexpr std::size_t kMaxRtpHeader = 12 + 48;

/// What differs from packet to packet.
struct HeaderFields {
	std::uint8_t payload_type;
	std::uint16_t sequence;
	std::uint32_t timestamp;
	std::uint32_t ssrc;
	/// Counts all packets of the connection, for congestion feedback.
	std::uint16_t transport_sequence;
	bool first;
	bool last;
};

/// Writes RTP headers with one-byte extensions (RFC 3550, 5.1; RFC 8285, 4.2). The first packet of each access unit
/// says `playout-delay` 0/0 and when the frame was captured: a receiver keeps the delay until told otherwise, and a frame
/// that can be decoded has its first packet, so no other needs to carry them. The media id goes along there until the
/// receiver has reported, which shows that it knows the SSRC.
class RtpHeaderWriter {
public:
	/// `mid`: media id in the SDP, at most `kLongestMid` characters.
	RtpHeaderWriter(ExtensionIds ids, std::string mid) : ids_(ids), mid_(std::move(mid)) {}

	/// Ends the sending of the media id.
	void ReceiverKnowsStream() { receiver_knows_stream_ = true; }

	/// Writes at most `kMaxRtpHeader` bytes and answers how many.
	/// `capture_time`: of `MonotonicMs`.
	std::size_t Write(std::uint8_t* out, double capture_time, const HeaderFields& fields) const;

private:
	std::size_t WriteExtensions(std::uint8_t* out, double capture_time, const HeaderFields& fields) const;

	const ExtensionIds ids_;
	const std::string mid_;
	bool receiver_knows_stream_ = false;
};

/// Writes, protects and sends the RTP packets of one viewer, all streams of it.
class PacketWriter {
public:
	PacketWriter(ExtensionIds ids, std::string mid, const MasterKeys& keys)
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
	std::size_t SendRtx(const RtpStream& stream, std::uint64_t index, const RetransmissionBuffer::Entry& entry,
		double now);

private:
	/// Memory for a packet, with its header written.
	std::uint8_t* Begin(const RtpStream& stream, std::uint64_t index, const UnitPacket& packet,
		std::uint32_t timestamp);
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
	std::uint8_t nowhere_[kPacketRoom]{};
};

}  // namespace porthole
