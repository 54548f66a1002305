#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "encode/encoder.h"
#include "net/deadline-socket.h"

namespace porthole {

/// Raw frames up, H.264 down: the client's side of HXFR's generation 1. The wire format is told in
/// `server/devices/hxfr/wire/message.ts`. All throw NativeError: the socket's, `encoder-failed` when the other end says
/// so, `hxfr-bad-message` when it does not speak this protocol.
class HxfrExchange {
public:
	explicit HxfrExchange(DeadlineSocket socket) : socket_(std::move(socket)) {}

	/// Rates for the frames that follow.
	void Configure(const EncoderSettings& settings, double deadline);

	/// Sends an NV12 frame, rows tightly packed, and waits for what becomes of it. False when it was left out.
	bool Encode(const std::vector<std::uint8_t>& nv12, int width, int height, bool keyframe, EncodedFrame& encoded,
		double deadline);

private:
	bool TakeAnswer(std::int64_t pts, EncodedFrame& encoded, double deadline, bool& matches);
	void Skip(std::uint32_t bytes, double deadline);

	DeadlineSocket socket_;
	std::int64_t frames_ = 0;
	std::vector<std::uint8_t> payload_;
};

/// Has frames encoded by the other end of an HXFR stream, and by a local encoder while that end is away. One frame is in
/// flight, and every answer has its time.
class RemoteEncoder final : public Encoder {
public:
	/// `local`: who codes while the other end is away. Throws NativeError of the local encoder.
	RemoteEncoder(StreamAddress address, const EncoderKind& local, const EncoderSettings& settings);

	std::string Description() const override;
	bool DescriptionChanged() override { return std::exchange(description_changed_, false); }
	void SetRate(const Rate& rate) override;
	bool Encode(const I420Frame& frame, bool keyframe, EncodedFrame& encoded) override;

private:
	void Connect(double limit_ms);
	void LookForConnection();
	void GoLocal(const std::string& why);

	const StreamAddress address_;
	const EncoderKind& local_kind_;
	EncoderSettings settings_;
	bool rate_changed_ = true;
	/// The next frame begins a stream: whoever codes it has not encoded the one before.
	bool first_ = true;
	std::vector<std::uint8_t> nv12_;

	std::optional<HxfrExchange> exchange_;
	/// A connection that is being made.
	std::optional<DeadlineSocket> pending_;
	double try_again_at_ = 0;
	std::unique_ptr<Encoder> local_;
	std::string why_local_;
	bool description_changed_ = false;
};

}  // namespace porthole
