#include "remote-encoder.h"

#include <utility>

#include "clock.h"
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

}  // namespace

RemoteEncoder::RemoteEncoder(const StreamAddress& address, const EncoderKind& local, const EncoderSettings& settings)
	: address_(address), local_kind_(local), settings_(settings) {
	nv12_.resize(static_cast<std::size_t>(settings.width) * settings.height * 3 / 2);
	try {
		DeadlineSocket socket(address_);
		if (!socket.Connected(SteadyClockMs() + kConnectLimitMs)) {
			throw NativeError("socket-late", address_.text + " did not take the connection in time.");
		}
		exchange_.emplace(std::move(socket));
	} catch (const NativeError& error) {
		GoLocal(error.what());
	}
	description_changed_ = false;
}

std::string RemoteEncoder::Description() const {
	if (exchange_) return "coded at " + address_.text;
	return local_->Description() + "; away: " + why_local_;
}

void RemoteEncoder::SetRate(const Rate& rate) {
	settings_.rate = rate;
	rate_changed_ = true;
	if (local_) local_->SetRate(rate);
}

bool RemoteEncoder::Encode(const I420Picture& picture, bool keyframe, CodedPicture& coded) {
	if (!exchange_) LookForConnection();
	if (exchange_) {
		try {
			const double deadline = SteadyClockMs() + (first_ ? kFirstAnswerLimitMs : kAnswerLimitMs);
			if (std::exchange(rate_changed_, false)) exchange_->Configure(settings_, deadline);
			picture.ToNv12(nv12_.data());
			const bool has_picture =
				exchange_->Code(nv12_, settings_.width, settings_.height, keyframe || first_, coded, deadline);
			if (has_picture) first_ = false;
			return has_picture;
		} catch (const NativeError& error) {
			GoLocal(error.what());
		}
	}
	const bool has_picture = local_->Encode(picture, keyframe || first_, coded);
	if (has_picture) first_ = false;
	return has_picture;
}

/// Without waiting: pictures go on meanwhile.
void RemoteEncoder::LookForConnection() {
	const double now = SteadyClockMs();
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
	try_again_at_ = SteadyClockMs() + kTryAgainMs;
	local_ = local_kind_.create(settings_);
	why_local_ = why;
	first_ = true;
	description_changed_ = true;
}

}  // namespace porthole
