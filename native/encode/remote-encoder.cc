#include "encode/remote-encoder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "clock.h"
#include "encode/h264.h"
#include "native-error.h"

namespace porthole {

namespace {

/// For the connection, at the start: JavaScript waits for it, milliseconds.
constexpr double kConnectLimitMs = 100;
/// For the first answer, before which the other end makes its encoder, and for every other one: closing waits for it.
constexpr double kFirstAnswerLimitMs = 1000;
constexpr double kAnswerLimitMs = 400;
/// Between attempts to reach an other end that is away.
constexpr double kTryAgainMs = 5000;

constexpr std::uint32_t kMagic = 0x52465848;
constexpr std::size_t kHeaderBytes = 12;
constexpr std::uint8_t kFrameRequest = 0x01;
constexpr std::uint8_t kFrameResponse = 0x02;
constexpr std::uint8_t kConfigRequest = 0x04;
constexpr std::uint8_t kError = 0xff;
constexpr std::uint8_t kPixelData = 0x01;
constexpr std::uint32_t kNv12 = 0x3231564e;
constexpr std::uint32_t kErrorBytes = 260;
constexpr std::uint32_t kResponseBytes = 24;
constexpr std::uint32_t kMaxResponseBytes = kResponseBytes + (16u << 20) + 4 * 1024;
constexpr std::uint32_t kMaxSkipped = 1 << 20;
constexpr std::uint8_t kBaseline = 66;

/// A message that is being written, little-endian.
class Message {
public:
	Message(std::uint8_t type, std::uint8_t flags, std::size_t payload_bytes, std::size_t more) {
		bytes_.reserve(kHeaderBytes + payload_bytes);
		Put(kMagic, 4);
		Put(type, 1);
		Put(flags, 1);
		Put(1, 2);
		Put(payload_bytes + more, 4);
	}

	void Put(std::uint64_t value, int size) {
		for (int byte = 0; byte < size; byte++) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * byte)));
	}

	const std::vector<std::uint8_t>& bytes() const { return bytes_; }

private:
	std::vector<std::uint8_t> bytes_;
};

std::uint64_t Get(const std::uint8_t* bytes, int size) {
	std::uint64_t value = 0;
	for (int byte = size - 1; byte >= 0; byte--) value = value << 8 | bytes[byte];
	return value;
}

NativeError Bad(const std::string& why) {
	return {"hxfr-bad-message", "The other end sent a bad message: " + why + "."};
}

/// Index just behind the next start code, or `size` when there is none.
std::size_t BehindStartCode(const std::uint8_t* bytes, std::size_t size, std::size_t from) {
	for (std::size_t at = from; at + 3 <= size; at++) {
		if (bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 1) return at + 3;
	}
	return size;
}

/// Appends the NAL units of an Annex B piece of an access unit; true when there is an IDR slice among them.
bool AppendUnits(const std::uint8_t* bytes, std::size_t size, std::vector<std::uint8_t>& access_unit) {
	bool key = false;
	std::size_t start = BehindStartCode(bytes, size, 0);
	while (start < size) {
		const std::size_t next = BehindStartCode(bytes, size, start);
		std::size_t end = next == size ? size : next - 3;
		while (end > start && bytes[end - 1] == 0) end--;
		key |= end > start && (bytes[start] & 0x1f) == kNalIdrSlice;
		AppendNal(access_unit, bytes + start - 3, end - start + 3);
		start = next;
	}
	return key;
}

}  // namespace

void HxfrExchange::Configure(const EncoderSettings& settings, double deadline) {
	Message message(kConfigRequest, 0, 28, 0);
	message.Put(static_cast<std::uint64_t>(settings.width), 4);
	message.Put(static_cast<std::uint64_t>(settings.height), 4);
	message.Put(static_cast<std::uint64_t>(settings.rate.bitrate), 4);
	message.Put(static_cast<std::uint64_t>(std::lround(settings.rate.frame_rate * 1000)), 4);
	message.Put(1000, 4);
	message.Put(kBaseline, 1);
	message.Put(0, 1);
	message.Put(1, 1);
	message.Put(0, 5);
	socket_.Write(message.bytes(), {}, deadline);
}

bool HxfrExchange::Encode(const std::vector<std::uint8_t>& nv12, int width, int height, bool keyframe,
	EncodedFrame& encoded, double deadline) {
	const std::int64_t pts = ++frames_;
	Message message(kFrameRequest, kPixelData, 44, nv12.size());
	message.Put(0, 4);
	message.Put(static_cast<std::uint64_t>(width), 4);
	message.Put(static_cast<std::uint64_t>(height), 4);
	message.Put(kNv12, 4);
	message.Put(static_cast<std::uint64_t>(width), 4);
	message.Put(static_cast<std::uint64_t>(pts), 8);
	message.Put(0, 8);
	message.Put(keyframe ? 1 : 0, 1);
	message.Put(0, 7);
	socket_.Write(message.bytes(), nv12, deadline);
	for (;;) {
		bool matches = false;
		const bool has_frame = TakeAnswer(pts, encoded, deadline, matches);
		if (matches) return has_frame;
	}
}

bool HxfrExchange::TakeAnswer(std::int64_t pts, EncodedFrame& encoded, double deadline, bool& matches) {
	std::array<std::uint8_t, kHeaderBytes> header{};
	socket_.Read(header, deadline);
	if (Get(header.data(), 4) != kMagic) throw Bad("it does not begin with HXFR");
	const std::uint8_t type = header[4];
	const auto size = static_cast<std::uint32_t>(Get(header.data() + 8, 4));
	if (type == kError && size == kErrorBytes) {
		std::array<std::uint8_t, kErrorBytes> error{};
		socket_.Read(error, deadline);
		const auto* text = reinterpret_cast<const char*>(error.data() + 4);
		throw NativeError("encoder-failed",
			"The other end could not code a frame: " + std::string(text, strnlen(text, kErrorBytes - 4)));
	}
	if (type != kFrameResponse) {
		Skip(size, deadline);
		return false;
	}
	if (size < kResponseBytes || size > kMaxResponseBytes) throw Bad("a frame of " + std::to_string(size) + " bytes");
	payload_.resize(size);
	socket_.Read(payload_, deadline);
	if (static_cast<std::int64_t>(Get(payload_.data(), 8)) != pts) return false;
	matches = true;
	encoded.data.clear();
	bool key = false;
	std::size_t at = kResponseBytes;
	for (std::uint64_t pieces = Get(payload_.data() + 20, 4); pieces > 0; pieces--) {
		const std::size_t length = at + 4 <= size ? Get(payload_.data() + at, 4) : size;
		if (length > size - std::min<std::size_t>(at + 4, size)) throw Bad("a piece reaches beyond its frame");
		key |= AppendUnits(payload_.data() + at + 4, length, encoded.data);
		at += 4 + length;
	}
	encoded.keyframe = key;
	return !encoded.data.empty();
}

void HxfrExchange::Skip(std::uint32_t bytes, double deadline) {
	if (bytes > kMaxSkipped) throw Bad(std::to_string(bytes) + " bytes of an unknown type");
	payload_.resize(bytes);
	socket_.Read(payload_, deadline);
}

RemoteEncoder::RemoteEncoder(StreamAddress address, const EncoderKind& local, const EncoderSettings& settings)
	: address_(std::move(address)), local_kind_(local), settings_(settings) {
	nv12_.resize(static_cast<std::size_t>(settings.width) * settings.height * 3 / 2);
	try {
		DeadlineSocket socket(address_);
		if (!socket.Connected(MonotonicMs() + kConnectLimitMs)) {
			throw NativeError("socket-late", address_.text + " did not take the connection in time.");
		}
		exchange_.emplace(std::move(socket));
	} catch (const NativeError& error) {
		GoLocal(error.what());
	}
	description_changed_ = false;
}

std::string RemoteEncoder::Description() const {
	if (exchange_) return "encoded at " + address_.text;
	return local_->Description() + "; away: " + why_local_;
}

void RemoteEncoder::SetRate(const Rate& rate) {
	settings_.rate = rate;
	rate_changed_ = true;
	if (local_) local_->SetRate(rate);
}

bool RemoteEncoder::Encode(const I420Frame& frame, bool keyframe, EncodedFrame& encoded) {
	if (!exchange_) LookForConnection();
	if (exchange_) {
		try {
			const double deadline = MonotonicMs() + (first_ ? kFirstAnswerLimitMs : kAnswerLimitMs);
			if (std::exchange(rate_changed_, false)) exchange_->Configure(settings_, deadline);
			frame.ToNv12(nv12_.data());
			const bool has_frame =
				exchange_->Encode(nv12_, settings_.width, settings_.height, keyframe || first_, encoded, deadline);
			if (has_frame) first_ = false;
			return has_frame;
		} catch (const NativeError& error) {
			GoLocal(error.what());
		}
	}
	const bool has_frame = local_->Encode(frame, keyframe || first_, encoded);
	if (has_frame) first_ = false;
	return has_frame;
}

/// Without waiting: frames go on meanwhile.
void RemoteEncoder::LookForConnection() {
	const double now = MonotonicMs();
	try {
		if (!pending_) {
			if (now < try_again_at_) return;
			try_again_at_ = now + kTryAgainMs;
			pending_.emplace(address_);
		}
		if (!pending_->Connected(now)) {
			if (now >= try_again_at_) pending_.reset();
			return;
		}
	} catch (const NativeError&) {
		pending_.reset();
		return;
	}
	exchange_.emplace(std::move(*std::exchange(pending_, std::nullopt)));
	local_.reset();
	first_ = true;
	rate_changed_ = true;
	description_changed_ = true;
}

void RemoteEncoder::GoLocal(const std::string& why) {
	exchange_.reset();
	try_again_at_ = MonotonicMs() + kTryAgainMs;
	local_ = local_kind_.create(settings_);
	why_local_ = why;
	first_ = true;
	description_changed_ = true;
}

}  // namespace porthole
