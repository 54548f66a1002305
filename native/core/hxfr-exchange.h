#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "deadline-socket.h"
#include "encoder.h"

namespace porthole {

/// Raw pictures up, H.264 down: the client's side of HXFR's generation 1. The wire format is told in
/// `server/devices/hxfr/wire/message.ts`. All throw NativeError: the socket's, `encoder-failed` when the other end says
/// so, `hxfr-bad-message` when it does not speak this protocol.
class HxfrExchange {
public:
	explicit HxfrExchange(DeadlineSocket socket) : socket_(std::move(socket)) {}

	/// Rates for the pictures that follow.
	void Configure(const EncoderSettings& settings, double deadline);

	/// Sends an NV12 picture, rows tightly packed, and waits for what becomes of it. False when it was left out.
	bool Code(const std::vector<std::uint8_t>& nv12, int width, int height, bool keyframe, CodedPicture& coded,
		double deadline);

private:
	bool TakeAnswer(std::int64_t pts, CodedPicture& coded, double deadline, bool& matches);
	void Skip(std::uint32_t bytes, double deadline);

	DeadlineSocket socket_;
	std::int64_t pictures_ = 0;
	std::vector<std::uint8_t> payload_;
};

}  // namespace porthole
