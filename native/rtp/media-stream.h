#pragma once

#include <cstdint>
#include <optional>

#include "rtp/packet-writer.h"
#include "rtp/retransmission-buffer.h"
#include "rtp/rtp-parameters.h"

namespace porthole {

/// The pictures' stream of one viewer, and the one that repeats packets of it. Times are milliseconds.
class MediaStream {
public:
	MediaStream(const StreamTerms& terms, PacketOutlet& outlet);

	/// From RTCP; 0 until known.
	void SetRoundTrip(double round_trip) { round_trip_ = round_trip; }

	/// Packets and payload bytes without repeats.
	std::uint32_t packets() const { return packets_; }
	std::uint32_t payload_bytes() const { return payload_bytes_; }
	bool can_repeat() const { return repeats_.has_value(); }
	/// Whether packets wait to be sent again.
	bool has_missed() const { return !missed_.empty(); }

	/// Sends the next packet; answers its bytes on the wire.
	std::size_t Send(UnitPacket packet, std::uint32_t timestamp, double now);

	/// The receiver misses a packet, which then waits to be sent again; whether it is too late for that.
	bool Miss(std::uint16_t sequence, double now);

	/// Sends one that was missed again; its bytes on the wire, 0 when it is kept no longer.
	std::size_t SendMissed(double now);

	/// Sends a packet of late once more, a large one where there is any; its bytes on the wire, 0 when there is none.
	std::size_t SendProbe(double now);

private:
	std::size_t SendAgain(std::optional<std::uint16_t> sequence, double now);

	PacketOutlet& outlet_;
	RtpStream media_;
	std::optional<RtpStream> repeats_;
	SentHistory history_;
	ResendQueue missed_;
	double round_trip_ = 0;
	std::uint32_t packets_ = 0;
	std::uint32_t payload_bytes_ = 0;
	std::size_t probed_ = 0;
};

}  // namespace porthole
