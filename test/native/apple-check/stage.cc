#include "stage.h"

#include <wels/codec_api.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace porthole::check {

namespace {

constexpr std::chrono::seconds kPatience(5);
constexpr std::chrono::milliseconds kQuiet(250);
/// What coding may change of a luma of one grey.
constexpr int kTolerance = 6;

}  // namespace

void Screen::Fill(std::uint8_t grey) {
	surface_.Draw(
		[&](std::uint8_t* pixels, std::size_t stride) { std::fill_n(pixels, stride * surface_.height, grey); });
}

void Screen::DrawStripes() {
	surface_.Draw([&](std::uint8_t* pixels, std::size_t stride) {
		for (std::size_t y = 0; y < surface_.height; y++) {
			for (std::size_t x = 0; x < surface_.width; x++) {
				std::fill_n(pixels + y * stride + x * 4, 4, static_cast<std::uint8_t>(x % 2 == 0 ? 0 : 255));
			}
		}
	});
}

bool Recording::Deliver(AccessUnit unit) {
	{
		const std::lock_guard lock(mutex_);
		if (left_ && *left_ == 0) {
			refused_ = true;
			return false;
		}
		if (left_) (*left_)--;
		units_.push_back(std::move(unit));
	}
	came_.notify_all();
	return true;
}

bool Recording::Blocked(Rendition) const {
	const std::lock_guard lock(mutex_);
	return refused_;
}

void Recording::End(const std::string& code, const std::string&) {
	{
		const std::lock_guard lock(mutex_);
		end_ = code;
	}
	came_.notify_all();
}

void Recording::TakeOnly(std::size_t count) {
	const std::lock_guard lock(mutex_);
	left_ = count;
}

void Recording::TakeAll() {
	const std::lock_guard lock(mutex_);
	left_.reset();
	refused_ = false;
}

std::vector<AccessUnit> Recording::units(Rendition rendition) const {
	const std::lock_guard lock(mutex_);
	std::vector<AccessUnit> found;
	std::ranges::copy_if(units_, std::back_inserter(found),
		[rendition](const AccessUnit& unit) { return unit.rendition == rendition; });
	return found;
}

std::vector<Bytes> Recording::bytes(Rendition rendition) const {
	std::vector<Bytes> found;
	for (const AccessUnit& unit : units(rendition)) found.push_back(unit.data);
	return found;
}

std::optional<std::string> Recording::end() const {
	const std::lock_guard lock(mutex_);
	return end_;
}

bool Recording::Await(const std::function<bool(const Recording&)>& holds) {
	const auto until = std::chrono::steady_clock::now() + kPatience;
	while (!holds(*this)) {
		if (std::chrono::steady_clock::now() > until) return false;
		std::unique_lock lock(mutex_);
		// What is waited for may be something else than a frame.
		came_.wait_for(lock, std::chrono::milliseconds(2));
	}
	return true;
}

bool Recording::AwaitUnits(std::size_t count, Rendition rendition) {
	return Await([&](const Recording& recording) { return recording.units(rendition).size() >= count; });
}

bool Recording::AwaitGrey(std::uint8_t grey, Rendition rendition) {
	return Await([&](const Recording& recording) { return LastOf(recording.bytes(rendition)).Shows(grey); });
}

void Recording::AwaitQuiet() {
	std::unique_lock lock(mutex_);
	std::size_t before = units_.size();
	while (came_.wait_for(lock, kQuiet, [&] { return units_.size() != before; })) before = units_.size();
}

bool Luma::Shows(std::uint8_t grey) const {
	const int expected = 16 + grey * 219 / 255;
	return !pixels.empty() && std::ranges::all_of(pixels, [expected](std::uint8_t pixel) {
		return std::abs(pixel - expected) <= kTolerance;
	});
}

std::vector<Luma> Decode(const std::vector<Bytes>& units) {
	ISVCDecoder* decoder = nullptr;
	WelsCreateDecoder(&decoder);
	int quiet = WELS_LOG_QUIET;
	decoder->SetOption(DECODER_OPTION_TRACE_LEVEL, &quiet);
	SDecodingParam parameters{};
	parameters.sVideoProperty.eVideoBsType = VIDEO_BITSTREAM_AVC;
	parameters.eEcActiveIdc = ERROR_CON_DISABLE;
	decoder->Initialize(&parameters);
	std::vector<Luma> frames;
	for (const Bytes& unit : units) {
		unsigned char* planes[3] = {};
		SBufferInfo info{};
		decoder->DecodeFrameNoDelay(unit.data(), static_cast<int>(unit.size()), planes, &info);
		if (info.iBufferStatus != 1) continue;
		const SSysMEMBuffer& buffer = info.UsrData.sSystemBuffer;
		Luma& frame = frames.emplace_back(Luma{buffer.iWidth, buffer.iHeight, {}});
		for (int y = 0; y < buffer.iHeight; y++) {
			const unsigned char* row = planes[0] + static_cast<std::ptrdiff_t>(y) * buffer.iStride[0];
			frame.pixels.insert(frame.pixels.end(), row, row + buffer.iWidth);
		}
	}
	decoder->Uninitialize();
	WelsDestroyDecoder(decoder);
	return frames;
}

Luma LastOf(const std::vector<Bytes>& units) {
	const std::vector<Luma> frames = Decode(units);
	return frames.empty() ? Luma{} : frames.back();
}

std::vector<Bytes> NalsOf(const Bytes& unit) {
	static constexpr std::uint8_t kStartCode[] = {0, 0, 0, 1};
	std::vector<Bytes> nals;
	for (auto at = unit.begin(); at != unit.end();) {
		at += sizeof kStartCode;
		const auto end = std::search(at, unit.end(), std::begin(kStartCode), std::end(kStartCode));
		nals.emplace_back(at, end);
		at = end;
	}
	return nals;
}

void CheckNoFaults() {
	for (const std::string& fault : fakes::TakeFaults()) throw Failure{"of Apple's rules: " + fault};
}

}  // namespace porthole::check
