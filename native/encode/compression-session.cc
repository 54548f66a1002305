#include "encode/compression-session.h"

#include <CoreMedia/CoreMedia.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "encode/core-foundation.h"
#include "encode/encoder.h"
#include "encode/h264.h"
#include "encode/sps.h"
#include "guarded-thread.h"
#include "native-error.h"

namespace porthole {

namespace {

/// Turns the samples of one compression session (AVCC: each NAL unit behind its length, parameter sets apart) into access
/// units in Annex B. Each keyframe has all parameter sets of its sample's description before it, so that they may change,
/// and an SPS as live viewers need it.
class AnnexBConverter {
public:
	/// Nothing when the sample is not complete or its lengths do not add up. A keyframe is what has an IDR slice.
	std::optional<EncodedFrame> Convert(CMSampleBufferRef sample);

private:
	static bool ReadParameterSets(CMFormatDescriptionRef description, std::vector<std::uint8_t>& sets,
		std::size_t& prefix);
	static bool Split(std::span<const std::uint8_t> data, std::size_t prefix, EncodedFrame& encoded);

	/// Those that went out last, in Annex B.
	std::vector<std::uint8_t> sent_sets_;
};

constexpr std::uint8_t kStartCode[] = {0, 0, 0, 1};
/// A level's largest frame, uncompressed, is not larger (ITU-T H.264 Table A-1, level 5.2).
constexpr std::size_t kLargestSample = 16 << 20;
/// One SPS and 256 PPS are the most that a stream can refer to at a time; encoders have two sets.
constexpr std::size_t kMaxSets = 32;

void Append(std::vector<std::uint8_t>& unit, std::span<const std::uint8_t> nal) {
	unit.insert(unit.end(), std::begin(kStartCode), std::end(kStartCode));
	unit.insert(unit.end(), nal.begin(), nal.end());
}

std::optional<EncodedFrame> AnnexBConverter::Convert(CMSampleBufferRef sample) {
	if (!CMSampleBufferDataIsReady(sample)) return std::nullopt;
	const CMFormatDescriptionRef description = CMSampleBufferGetFormatDescription(sample);
	const CMBlockBufferRef block = CMSampleBufferGetDataBuffer(sample);
	if (description == nullptr || block == nullptr) return std::nullopt;
	const std::size_t size = CMBlockBufferGetDataLength(block);
	if (size == 0 || size > kLargestSample) return std::nullopt;
	// A block may lie in pieces, so that no pointer leads to all of it.
	std::vector<std::uint8_t> data(size);
	if (CMBlockBufferCopyDataBytes(block, 0, size, data.data()) != kCMBlockBufferNoErr) return std::nullopt;

	std::vector<std::uint8_t> sets;
	std::size_t prefix = 0;
	EncodedFrame slices;
	if (!ReadParameterSets(description, sets, prefix) || !Split(data, prefix, slices)) return std::nullopt;
	EncodedFrame encoded;
	encoded.keyframe = slices.keyframe;
	if (slices.keyframe || sets != sent_sets_) encoded.data = sets;
	encoded.data.insert(encoded.data.end(), slices.data.begin(), slices.data.end());
	sent_sets_ = std::move(sets);
	return encoded;
}

bool AnnexBConverter::ReadParameterSets(CMFormatDescriptionRef description, std::vector<std::uint8_t>& sets,
	std::size_t& prefix) {
	std::size_t count = 1;
	for (std::size_t index = 0; index < count; index++) {
		const std::uint8_t* bytes = nullptr;
		std::size_t size = 0;
		int prefix_length = 0;
		if (CMVideoFormatDescriptionGetH264ParameterSetAtIndex(description, index, &bytes, &size, &count,
				&prefix_length) != noErr) {
			return false;
		}
		if (bytes == nullptr || size == 0 || count > kMaxSets) return false;
		if (prefix_length != 1 && prefix_length != 2 && prefix_length != 4) return false;
		prefix = static_cast<std::size_t>(prefix_length);
		const std::span<const std::uint8_t> nal(bytes, size);
		const bool is_sps = (nal[0] & 0x1f) == kNalSps;
		const std::optional<std::vector<std::uint8_t>> live = is_sps ? LiveSps(nal) : std::nullopt;
		Append(sets, live ? *live : nal);
	}
	return true;
}

bool AnnexBConverter::Split(std::span<const std::uint8_t> data, std::size_t prefix, EncodedFrame& encoded) {
	while (!data.empty()) {
		if (data.size() < prefix) return false;
		std::size_t size = 0;
		for (const std::uint8_t byte : data.first(prefix)) size = size << 8 | byte;
		data = data.subspan(prefix);
		if (size == 0 || size > data.size()) return false;
		const std::span<const std::uint8_t> nal = data.first(size);
		data = data.subspan(size);
		const int type = nal[0] & 0x1f;
		if (type != kNalSlice && type != kNalIdrSlice) continue;
		if (type == kNalIdrSlice) encoded.keyframe = true;
		Append(encoded.data, nal);
	}
	return !encoded.data.empty();
}

/// In frames: hours of them. Nothing longer is needed, and 0 would let the encoder choose.
constexpr std::int32_t kKeyframeInterval = 1'000'000;
constexpr std::int32_t kTimeScale = 1'000'000;

/// What VideoToolbox is given to call back with: numbers, not addresses. A session's last callbacks may come while it is
/// being torn down or later, and then find nobody.
template <typename Target>
class Directory {
public:
	std::uintptr_t Add(const std::shared_ptr<Target>& target) {
		const std::lock_guard lock(mutex_);
		targets_[++last_] = target;
		return last_;
	}

	void Remove(std::uintptr_t name) {
		const std::lock_guard lock(mutex_);
		targets_.erase(name);
	}

	std::shared_ptr<Target> Find(std::uintptr_t name) {
		const std::lock_guard lock(mutex_);
		const auto found = targets_.find(name);
		return found == targets_.end() ? nullptr : found->second.lock();
	}

private:
	std::mutex mutex_;
	std::uintptr_t last_ = 0;
	std::map<std::uintptr_t, std::weak_ptr<Target>> targets_;
};

}  // namespace

/// Sees to it that each frame has one answer: VideoToolbox may tell of one twice (as dropped, when it is given and when
/// its turn comes), or not at all.
class CompressionSession::Answers {
public:
	explicit Answers(OnAnswer on_answer) : on_answer_(std::move(on_answer)) {}

	/// Never destroyed: threads of VideoToolbox's may outlive everything of ours.
	static Directory<Answers>& directory() {
		static auto& directory = *new Directory<Answers>;
		return directory;
	}

	void Expect(std::uint64_t frame) {
		const std::lock_guard lock(mutex_);
		expected_.insert(frame);
	}

	bool started() {
		const std::lock_guard lock(mutex_);
		return started_;
	}

	void Give(std::uint64_t frame, OSStatus status, VTEncodeInfoFlags flags, CMSampleBufferRef sample) {
		const std::lock_guard lock(mutex_);
		if (closed_ || expected_.erase(frame) == 0) return;
		CompressionAnswer answer;
		answer.frame = frame;
		answer.status = status;
		if (status == noErr) answer.kind = Read(flags, sample, answer.encoded);
		on_answer_(std::move(answer));
	}

	/// Waits for an answer that is being given.
	void Close() {
		const std::lock_guard lock(mutex_);
		closed_ = true;
	}

	std::uintptr_t name = 0;

private:
	CompressionAnswer::Kind Read(VTEncodeInfoFlags flags, CMSampleBufferRef sample, EncodedFrame& encoded) {
		if (sample == nullptr || (flags & kVTEncodeInfo_FrameDropped) != 0) return CompressionAnswer::Kind::kLeftOut;
		std::optional<EncodedFrame> converted = converter_.Convert(sample);
		if (!converted) return CompressionAnswer::Kind::kFailed;
		started_ |= converted->keyframe;
		if (!started_) return CompressionAnswer::Kind::kLeftOut;
		encoded = std::move(*converted);
		return CompressionAnswer::Kind::kEncoded;
	}

	std::mutex mutex_;
	const OnAnswer on_answer_;
	AnnexBConverter converter_;
	std::set<std::uint64_t> expected_;
	bool started_ = false;
	bool closed_ = false;
};

CompressionSession::CompressionSession(const EncoderSettings& settings, OnAnswer on_answer)
	: answers_(std::make_shared<Answers>(std::move(on_answer))) {
	answers_->name = Answers::directory().Add(answers_);
	try {
		SetUp(settings);
	} catch (...) {
		Answers::directory().Remove(answers_->name);
		if (session_) VTCompressionSessionInvalidate(session_.get());
		throw;
	}
}

CompressionSession::~CompressionSession() {
	Answers::directory().Remove(answers_->name);
	answers_->Close();
	VTCompressionSessionInvalidate(session_.get());
}

void CompressionSession::SetUp(const EncoderSettings& settings) {
	OSStatus status = Create(settings, true);
	if (status != noErr) {
		// Macs without that mode, and encoders in software, refuse it; all the same they can code.
		low_latency_ = false;
		status = Create(settings, false);
	}
	if (status != noErr || !session_) {
		throw NativeError("encoder-unavailable",
			"VideoToolbox gave no H.264 encoder for frames of " + std::to_string(settings.width) + "x" +
				std::to_string(settings.height) + " pixels (" + StatusText(status) +
				"). Other programs may use all there are.");
	}
	Set(kVTCompressionPropertyKey_RealTime, kCFBooleanTrue);
	Set(kVTCompressionPropertyKey_AllowFrameReordering, kCFBooleanFalse);
	Set(kVTCompressionPropertyKey_MaxFrameDelayCount, CfNumber(0).get());
	SetProfile();
	Set(kVTCompressionPropertyKey_MaxKeyFrameInterval, CfNumber(kKeyframeInterval).get());
	// As `colour.h` says; the SPS is written accordingly, whatever the encoder makes of it.
	Set(kVTCompressionPropertyKey_ColorPrimaries, kCVImageBufferColorPrimaries_ITU_R_709_2);
	Set(kVTCompressionPropertyKey_TransferFunction, kCVImageBufferTransferFunction_sRGB);
	Set(kVTCompressionPropertyKey_YCbCrMatrix, kCVImageBufferYCbCrMatrix_ITU_R_601_4);
	SetRate(settings.rate);
	const OSStatus prepared = VTCompressionSessionPrepareToEncodeFrames(session_.get());
	if (prepared != noErr) {
		throw NativeError("encoder-unavailable",
			"VideoToolbox could not begin to code (" + StatusText(prepared) + ").");
	}
	Describe();
}

OSStatus CompressionSession::Create(const EncoderSettings& settings, bool low_latency) {
	const auto specification =
		CfDictionary({{kVTVideoEncoderSpecification_EnableLowLatencyRateControl, kCFBooleanTrue}});
	const auto format = CfNumber(static_cast<std::int32_t>(kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange));
	const auto pixels = CfDictionary({{kCVPixelBufferPixelFormatTypeKey, format.get()}});
	return VTCompressionSessionCreate(kCFAllocatorDefault, settings.width, settings.height, kCMVideoCodecType_H264,
		low_latency ? specification.get() : nullptr, pixels.get(), kCFAllocatorDefault, OnOutput,
		// NOLINTNEXTLINE(performance-no-int-to-ptr): VideoToolbox hands it back and never follows it.
		reinterpret_cast<void*>(answers_->name), session_.out());
}

void CompressionSession::SetProfile() {
	const auto set = [this](CFStringRef profile) {
		return VTSessionSetProperty(session_.get(), kVTCompressionPropertyKey_ProfileLevel, profile) == noErr;
	};
	profile_ = "constrained baseline";
	if (set(kVTProfileLevel_H264_ConstrainedBaseline_AutoLevel)) return;
	profile_ = "baseline";
	if (set(kVTProfileLevel_H264_Baseline_AutoLevel)) return;
	throw NativeError("encoder-rejected", "VideoToolbox's encoder knows no baseline profile, which browsers need.");
}

/// Encoders differ in what can be set; what is missing is told, so that it is known when frames are late.
void CompressionSession::Set(CFStringRef key, CFTypeRef value) {
	if (VTSessionSetProperty(session_.get(), key, value) == noErr) return;
	const std::string name = CfText(key);
	if (unsupported_.find(name) == std::string::npos) unsupported_ += (unsupported_.empty() ? "" : ", ") + name;
}

void CompressionSession::SetRate(const Rate& rate) {
	// The hard limit (DataRateLimits) is not set: under heavy motion it spoils frames.
	Set(kVTCompressionPropertyKey_AverageBitRate, CfNumber(rate.bitrate).get());
	Set(kVTCompressionPropertyKey_ExpectedFrameRate, CfNumber(rate.frame_rate).get());
}

void CompressionSession::Describe() {
	CfRef<CFTypeRef> hardware;
	const bool known =
		VTSessionCopyProperty(session_.get(), kVTCompressionPropertyKey_UsingHardwareAcceleratedVideoEncoder,
			kCFAllocatorDefault, static_cast<void*>(hardware.out())) == noErr;
	const bool is_hardware = known && hardware && CFEqual(hardware.get(), kCFBooleanTrue);
	description_ = std::string("VideoToolbox") +
		(is_hardware    ? " in hardware, "
				: known ? " in software, "
						: ", ") +
		profile_ + (low_latency_ ? ", low latency" : ", without low-latency rate control") +
		(unsupported_.empty() ? "" : ", without " + unsupported_);
}

void CompressionSession::Encode(CVPixelBufferRef pixels, std::uint64_t frame, double time, bool keyframe) {
	CfRef<CFDictionaryRef> options;
	if (keyframe || !answers_->started())
		options = CfDictionary({{kVTEncodeFrameOptionKey_ForceKeyFrame, kCFBooleanTrue}});
	answers_->Expect(frame);
	VTEncodeInfoFlags flags = 0;
	const OSStatus status = VTCompressionSessionEncodeFrame(session_.get(), pixels,
		CMTimeMake(std::llround(time * kTimeScale / 1000), kTimeScale), kCMTimeInvalid, options.get(),
		// NOLINTNEXTLINE(performance-no-int-to-ptr): as above.
		reinterpret_cast<void*>(static_cast<std::uintptr_t>(frame)), &flags);
	if (status != noErr || (flags & kVTEncodeInfo_FrameDropped) != 0) answers_->Give(frame, status, flags, nullptr);
}

void CompressionSession::OnOutput(void* session, void* frame, OSStatus status, VTEncodeInfoFlags flags,
	CMSampleBufferRef sample) {
	// What could not be answered is given up when its time has passed.
	RunGuarded(
		"encoder's callback", "encoder-failed",
		[&] {
			const std::shared_ptr<Answers> answers =
				Answers::directory().Find(reinterpret_cast<std::uintptr_t>(session));
			if (answers) answers->Give(reinterpret_cast<std::uintptr_t>(frame), status, flags, sample);
		},
		[](const std::string&, const std::string&) {});
}

}  // namespace porthole
