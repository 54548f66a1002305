#include "decode/frame-decoder.h"

#include <libyuv/convert_argb.h>
#include <libyuv/scale.h>

#include <algorithm>
#include <utility>

#include "native-error.h"

namespace porthole {

namespace {

/// A frame is given after so many were decoded at the latest, though more wait.
constexpr int kMaxAtOnce = 16;

/// With the chroma planes swapped, as libyuv wants it for red first in memory.
const libyuv::YuvConstants* Constants(ColourMatrix matrix) {
	switch (matrix) {
		case ColourMatrix::kBt601:
			return &libyuv::kYvuI601Constants;
		case ColourMatrix::kBt601Full:
			return &libyuv::kYvuJPEGConstants;
		case ColourMatrix::kBt709:
			return &libyuv::kYvuH709Constants;
		case ColourMatrix::kBt709Full:
			return &libyuv::kYvuF709Constants;
	}
	return &libyuv::kYvuI601Constants;
}

}  // namespace

void FrameDecoder::Destroy::operator()(ISVCDecoder* decoder) const {
	decoder->Uninitialize();
	WelsDestroyDecoder(decoder);
}

FrameDecoder::FrameDecoder(int scale, Events events) : events_(std::move(events)), scale_(scale) {
	ISVCDecoder* decoder = nullptr;
	if (WelsCreateDecoder(&decoder) != 0 || decoder == nullptr) {
		throw NativeError("decoder-unavailable", "openh264 could not make a decoder; is memory short?");
	}
	decoder_.reset(decoder);
	int quiet = WELS_LOG_QUIET;
	decoder->SetOption(DECODER_OPTION_TRACE_LEVEL, &quiet);
	SDecodingParam parameters{};
	parameters.sVideoProperty.eVideoBsType = VIDEO_BITSTREAM_AVC;
	// What is broken is not shown: a keyframe mends it soon.
	parameters.eEcActiveIdc = ERROR_CON_DISABLE;
	if (decoder->Initialize(&parameters) != 0) {
		throw NativeError("decoder-unavailable", "openh264 could not set its decoder up; is memory short?");
	}
	thread_ = GuardedThread("decoder thread", "decoder-failed", [this] { Run(); }, events_.failed);
}

FrameDecoder::~FrameDecoder() { Close(); }

void FrameDecoder::Decode(const std::uint8_t* data, std::size_t size, bool keyframe, ColourMatrix matrix) {
	bool lost = false;
	{
		const std::lock_guard lock(mutex_);
		if (closing_ || size > kMaxWaitingBytes) return;
		if (keyframe) {
			waiting_.clear();
			waiting_bytes_ = 0;
			lost_ = false;
		} else if (lost_) {
			return;
		} else if (waiting_.size() >= kMaxWaiting || waiting_bytes_ + size > kMaxWaitingBytes) {
			waiting_.clear();
			waiting_bytes_ = 0;
			lost_ = lost = true;
		}
		if (!lost) {
			waiting_.push_back({{data, data + size}, keyframe, matrix});
			waiting_bytes_ += size;
		}
	}
	if (lost) return events_.lost();
	wake_.notify_one();
}

void FrameDecoder::Want() {
	{
		const std::lock_guard lock(mutex_);
		wanted_ = true;
	}
	wake_.notify_one();
}

void FrameDecoder::SetScale(int scale) {
	{
		const std::lock_guard lock(mutex_);
		scale_ = scale;
	}
	wake_.notify_one();
}

void FrameDecoder::Close() {
	{
		const std::lock_guard lock(mutex_);
		closing_ = true;
	}
	wake_.notify_one();
	thread_.Join();
}

void FrameDecoder::Run() {
	int given_scale = 0;
	int decoded = 0;
	std::unique_lock lock(mutex_);
	for (;;) {
		const auto can_give = [&] { return wanted_ && info_.iBufferStatus == 1 && (fresh_ || scale_ != given_scale); };
		wake_.wait(lock, [&] { return closing_ || !waiting_.empty() || can_give(); });
		if (closing_) return;
		// With work in hand: one that waits for some must not fail in another's place.
		FaultPoint("decoder thread");
		if (can_give() && (waiting_.empty() || decoded >= kMaxAtOnce)) {
			const int scale = scale_;
			lock.unlock();
			std::optional<DecodedFrame> frame = Convert(scale);
			lock.lock();
			given_scale = scale;
			decoded = 0;
			fresh_ = false;
			if (!frame) continue;
			wanted_ = false;
			lock.unlock();
			events_.frame(std::move(*frame));
			lock.lock();
			continue;
		}
		const Unit unit = std::move(waiting_.front());
		waiting_.pop_front();
		waiting_bytes_ -= unit.data.size();
		lock.unlock();
		const bool good = DecodeUnit(unit);
		lock.lock();
		decoded++;
		if (!good && !lost_) {
			// A keyframe that waits already mends it.
			if (!waiting_.empty() && waiting_.front().keyframe) continue;
			waiting_.clear();
			waiting_bytes_ = 0;
			lost_ = true;
			lock.unlock();
			events_.lost();
			lock.lock();
		}
	}
}

bool FrameDecoder::DecodeUnit(const Unit& unit) {
	unsigned char* planes[3] = {};
	SBufferInfo info{};
	const DECODING_STATE state =
		decoder_->DecodeFrameNoDelay(unit.data.data(), static_cast<int>(unit.data.size()), planes, &info);
	// Whatever it says, what it held before may be gone.
	info_ = info;
	if (state != dsErrorFree) {
		info_.iBufferStatus = 0;
		return false;
	}
	if (info.iBufferStatus == 1) {
		std::copy(planes, planes + 3, planes_);
		if (unit.keyframe) matrix_ = unit.matrix;
		fresh_ = true;
	}
	return true;
}

std::optional<DecodedFrame> FrameDecoder::Convert(int scale) {
	const SSysMEMBuffer& buffer = info_.UsrData.sSystemBuffer;
	const unsigned char* y = planes_[0];
	const unsigned char* u = planes_[1];
	const unsigned char* v = planes_[2];
	int luma_stride = buffer.iStride[0];
	int chroma_stride = buffer.iStride[1];
	int width = buffer.iWidth;
	int height = buffer.iHeight;
	if (scale > 1) {
		width = std::max(2, width / scale & ~1);
		height = std::max(2, height / scale & ~1);
		const std::size_t luma = static_cast<std::size_t>(width) * height;
		scaled_.resize(luma + luma / 2);
		unsigned char* const to_y = scaled_.data();
		unsigned char* const to_u = to_y + luma;
		unsigned char* const to_v = to_u + luma / 4;
		libyuv::I420Scale(y, luma_stride, u, chroma_stride, v, chroma_stride, buffer.iWidth, buffer.iHeight, to_y,
			width, to_u, width / 2, to_v, width / 2, width, height, libyuv::kFilterBox);
		y = to_y;
		u = to_u;
		v = to_v;
		luma_stride = width;
		chroma_stride = width / 2;
	}
	DecodedFrame frame{width, height, std::make_shared<std::vector<std::uint8_t>>()};
	frame.pixels->resize(static_cast<std::size_t>(width) * height * 4);
	libyuv::I420ToARGBMatrix(y, luma_stride, v, chroma_stride, u, chroma_stride, frame.pixels->data(), width * 4,
		Constants(matrix_), width, height);
	if (last_.width == width && last_.height == height && *last_.pixels == *frame.pixels) return std::nullopt;
	last_ = frame;
	return frame;
}

}  // namespace porthole
