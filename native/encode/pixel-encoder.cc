#include "encode/pixel-encoder.h"

#include <utility>

#include "native-error.h"

namespace porthole {

PixelEncoder::PixelEncoder(const EncoderKind& kind, const EncoderSettings& settings, Events events)
	: width_(settings.width),
	  height_(settings.height),
	  events_(std::move(events)),
	  picture_(settings.width, settings.height),
	  encoder_(kind.create({picture_.width(), picture_.height(), settings.rate})),
	  description_(encoder_->Description()) {
	thread_ = std::thread([this] { Run(); });
}

PixelEncoder::~PixelEncoder() { Close(); }

std::size_t PixelEncoder::BytesOf(const RawPicture& picture) const {
	const auto stride = static_cast<std::size_t>(picture.stride);
	const auto rows = static_cast<std::size_t>(height_);
	if (picture.format == RawPicture::Format::kNv12) return stride * (rows + (rows + 1) / 2);
	return stride * (rows - 1) + static_cast<std::size_t>(width_) * 4;
}

bool PixelEncoder::StrideFits(const RawPicture& picture) const {
	const int bytes = picture.format == RawPicture::Format::kNv12 ? (width_ + 1) / 2 * 2 : width_ * 4;
	return picture.stride >= bytes;
}

bool PixelEncoder::Encode(const RawPicture& picture) {
	{
		const std::lock_guard lock(mutex_);
		if (job_ || closing_) return false;
		job_ = picture;
	}
	wake_.notify_one();
	return true;
}

void PixelEncoder::SetRate(const Rate& rate) {
	const std::lock_guard lock(mutex_);
	rate_ = rate;
}

void PixelEncoder::Close() {
	{
		const std::lock_guard lock(mutex_);
		closing_ = true;
	}
	wake_.notify_one();
	if (thread_.joinable()) thread_.join();
}

void PixelEncoder::Run() {
	std::unique_lock lock(mutex_);
	for (;;) {
		wake_.wait(lock, [this] { return job_ || closing_; });
		if (closing_) return;
		const RawPicture job = *job_;
		const std::optional<Rate> rate = std::exchange(rate_, std::nullopt);
		lock.unlock();
		try {
			CodedPicture coded = Code(job, rate);
			lock.lock();
			// Before the giver knows of it, so that it may give the next at once.
			job_.reset();
			lock.unlock();
			events_.coded(std::move(coded));
		} catch (const NativeError& error) {
			return events_.failed(error.code(), error.what());
		} catch (const std::exception& error) {
			return events_.failed("encoder-failed", std::string("The encoder's thread stopped: ") + error.what());
		}
		lock.lock();
	}
}

CodedPicture PixelEncoder::Code(const RawPicture& picture, const std::optional<Rate>& rate) {
	if (rate) encoder_->SetRate(*rate);
	if (picture.format == RawPicture::Format::kNv12) {
		picture_.ConvertNv12(picture.pixels, picture.stride, height_);
	} else {
		const bool bgra = picture.format == RawPicture::Format::kBgra;
		const Rectangle whole{0, 0, picture_.width(), picture_.height()};
		picture_.Convert(bgra ? PixelFormat::kBgra : PixelFormat::kRgba, picture.pixels, picture.stride, whole);
	}
	CodedPicture coded;
	if (!encoder_->Encode(picture_, picture.keyframe || first_, coded)) return {};
	first_ = false;
	return coded;
}

}  // namespace porthole
