#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "rtp/rtp-unit.h"

namespace porthole {

/// Frames of one viewer that wait to be sent, packet by packet; whole frames that were not begun can be dropped.
class FrameQueue {
public:
	/// Two seconds of 60 a second; what comes then is not taken.
	static constexpr std::size_t kMaxFrames = 128;

	bool empty() const { return frames_.empty(); }
	/// Payload bytes that wait.
	std::size_t bytes() const { return bytes_; }
	/// Payload bytes left of the frame that was begun; 0 when none was.
	std::size_t begun_bytes() const;
	/// The RTP timestamp of the packet that `Take` gives next.
	std::uint32_t timestamp() const { return frames_.empty() ? 0 : frames_.front().timestamp; }

	/// Puts a frame at the end, to be sent with an RTP timestamp; whether there was room.
	bool Add(const RtpUnitRef& unit, std::uint32_t timestamp);

	/// The next packet.
	std::optional<UnitPacket> Take();

	/// Drops all frames that were not begun; answers how many.
	std::size_t DropRest();

private:
	struct Frame {
		RtpUnitRef unit;
		std::uint32_t timestamp;
	};

	std::deque<Frame> frames_;
	/// Packets of the first frame that are out.
	std::uint32_t sent_ = 0;
	std::size_t bytes_ = 0;
};

}  // namespace porthole
