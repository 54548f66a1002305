#pragma once

#include <cstdint>
#include <optional>

#include "rtp/packet-writer.h"
#include "rtp/retransmission-buffer.h"
#include "rtp/rtp-parameters.h"

namespace porthole {

/// The media stream of one viewer, and the RTX stream that retransmits packets of it (RFC 4588). Times are milliseconds.
class MediaStream {
public:
	MediaStream(const RtpParameters& parameters, PacketWriter& writer);

	/// From RTCP; 0 until known.
	void SetRoundTrip(double round_trip) { round_trip_ = round_trip; }

	/// Packets and payload bytes without retransmissions.
	std::uint32_t packets() const { return packets_; }
	std::uint32_t payload_bytes() const { return payload_bytes_; }
	bool has_rtx() const { return rtx_.has_value(); }
	/// Whether packets wait to be sent again.
	bool has_retransmissions() const { return !retransmissions_.empty(); }

	/// Sends the next packet; answers its bytes on the wire.
	std::size_t Send(UnitPacket packet, std::uint32_t timestamp, double now);

	/// The receiver misses a packet, which then waits to be sent again; whether it is too late for that.
	bool OnNack(std::uint16_t sequence, double now);

	/// Sends one that was missed again; its bytes on the wire, 0 when it is kept no longer.
	std::size_t SendRetransmission(double now);

	/// Sends a packet of late once more, a large one where there is any; its bytes on the wire, 0 when there is none.
	std::size_t SendProbe(double now);

private:
	std::size_t SendRtx(std::optional<std::uint16_t> sequence, double now);

	PacketWriter& writer_;
	RtpStream media_;
	std::optional<RtpStream> rtx_;
	RetransmissionBuffer buffer_;
	RetransmissionQueue retransmissions_;
	double round_trip_ = 0;
	std::uint32_t packets_ = 0;
	std::uint32_t payload_bytes_ = 0;
	std::size_t probed_ = 0;
};

}  // namespace porthole
