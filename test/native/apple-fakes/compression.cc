#include "compression.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "encode/encoder.h"
#include "encode/h264-bits.h"
#include "foundation.h"
#include "pixel-buffer.h"
#include "sample.h"
#include "script.h"

namespace porthole {

extern const EncoderKind kOpenH264Encoder;

namespace fakes {

bool SetTransferProperty(Object& session, CFStringRef key, CFTypeRef value);

namespace {

/// What calls back after its session's end.
struct Late {
	std::mutex mutex;
	std::vector<std::function<void()>> calls;
};

Late& late() {
	static Late& late = *new Late;
	return late;
}

constexpr Rate kRate{4'000'000, 60};
constexpr std::size_t kLevel = 3;

/// The SPS of an encoder that says nothing of colours and reordering, as constrained baseline has it up to its VUI.
Bytes WithoutUsability(const Bytes& sps) {
	BitReader in(sps);
	BitWriter out;
	const auto copy = [&](int count) {
		const std::uint32_t value = in.Fixed(count);
		out.Fixed(value, count);
		return value;
	};
	const auto copy_unsigned = [&] {
		const std::uint32_t value = in.Unsigned();
		out.Unsigned(value);
		return value;
	};
	copy(32);
	copy_unsigned();
	copy_unsigned();
	if (copy_unsigned() == 0) copy_unsigned();
	copy_unsigned();
	copy(1);
	copy_unsigned();
	copy_unsigned();
	if (copy(1) == 0) copy(1);
	copy(1);
	if (copy(1) != 0) {
		for (int edge = 0; edge < 4; edge++) copy_unsigned();
	}
	out.Fixed(0, 1);
	return out.Finish();
}

std::vector<Bytes> NalsOf(const Bytes& access_unit) {
	std::vector<Bytes> nals;
	static constexpr std::uint8_t kStartCode[] = {0, 0, 0, 1};
	auto at = access_unit.begin();
	while (at != access_unit.end()) {
		at += sizeof kStartCode;
		const auto end = std::search(at, access_unit.end(), std::begin(kStartCode), std::end(kStartCode));
		nals.emplace_back(at, end);
		at = end;
	}
	return nals;
}

class Compression final : public Object {
public:
	Compression(int width, int height, VTCompressionOutputCallback callback, void* owner, bool low_latency)
		: Object("VTCompressionSession"),
		  width(width),
		  height(height),
		  low_latency(low_latency),
		  callback_(callback),
		  owner_(owner),
		  coder_(kOpenH264Encoder.create({width, height, kRate})),
		  thread_([this] { Run(); }) {}

	/// videotoolbox/vtcompressionsessioninvalidate(_:): a session whose last reference goes is invalidated.
	void Clear() override { Invalidate(); }

	OSStatus Encode(PixelBuffer& pixels, CMTime time, bool keyframe, void* frame, VTEncodeInfoFlags* flags);
	void Invalidate();

	const int width;
	const int height;
	const bool low_latency;

private:
	struct Job {
		PixelBuffer* pixels;
		bool keyframe;
		void* frame;
		bool dropped;
	};

	void Run();
	void Finish(const Job& job);
	void CallBack(void* frame, OSStatus status, VTEncodeInfoFlags flags, SampleBuffer* sample);
	SampleBuffer* Encode(PixelBuffer& pixels, bool keyframe);

	const VTCompressionOutputCallback callback_;
	void* const owner_;
	const std::unique_ptr<Encoder> coder_;
	std::vector<Bytes> sets_;
	int level_step_ = 0;
	std::int64_t last_time_ = -1;

	std::mutex mutex_;
	std::condition_variable wake_;
	std::deque<Job> jobs_;
	bool valid_ = true;
	std::thread thread_;
};

OSStatus Compression::Encode(PixelBuffer& pixels, CMTime time, bool keyframe, void* frame, VTEncodeInfoFlags* flags) {
	// videotoolbox/vtcompressionsessionencodeframe(...): each presentation time is greater than the one before.
	if ((time.flags & kCMTimeFlags_Valid) == 0 || time.value <= last_time_) Fault("presentation times do not grow");
	last_time_ = time.value;
	if (static_cast<int>(pixels.width) != width || static_cast<int>(pixels.height) != height ||
		pixels.format != kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange) {
		Fault("a frame is not what the session was made for");
	}
	if (pixels.attachment(kCVImageBufferYCbCrMatrixKey) != kCVImageBufferYCbCrMatrix_ITU_R_601_4) {
		Fault("a frame does not tell its colours");
	}
	if (const OSStatus status = script().Take(&Script::Turns::encode)) return status;
	*flags = kVTEncodeInfo_Asynchronous;
	// infoFlagsOut: a frame may be dropped at once; nothing says that its callback does not come all the same.
	const bool dropped = script().Take(&Script::Turns::dropped_twice);
	if (dropped) *flags |= kVTEncodeInfo_FrameDropped;
	{
		const std::lock_guard lock(mutex_);
		if (!valid_) return kVTInvalidSessionErr;
		// The session keeps the frame until its callback.
		pixels.Retain();
		pixels.encoding++;
		jobs_.push_back({&pixels, keyframe, frame, dropped});
	}
	wake_.notify_all();
	if (!script().ways().answers_at_once) return noErr;
	std::unique_lock lock(mutex_);
	wake_.wait(lock, [this] { return jobs_.empty() || !valid_; });
	return noErr;
}

/// videotoolbox/vtcompressionoutputcallback: on a thread of the encoder's, in the order of the frames.
void Compression::Run() {
	std::unique_lock lock(mutex_);
	while (valid_) {
		if (jobs_.empty() || script().ways().held) {
			wake_.wait_for(lock, std::chrono::milliseconds(1));
			continue;
		}
		const Job job = jobs_.front();
		lock.unlock();
		Finish(job);
		lock.lock();
		if (!jobs_.empty()) jobs_.pop_front();
		wake_.notify_all();
	}
}

void Compression::Finish(const Job& job) {
	const OSStatus status = script().Take(&Script::Turns::output);
	const bool dropped = job.dropped || script().Take(&Script::Turns::dropped);
	SampleBuffer* sample = status == noErr && !dropped ? Encode(*job.pixels, job.keyframe) : nullptr;
	job.pixels->encoding--;
	job.pixels->Release();
	CallBack(job.frame, status, dropped ? VTEncodeInfoFlags{kVTEncodeInfo_FrameDropped} : 0, sample);
}

void Compression::CallBack(void* frame, OSStatus status, VTEncodeInfoFlags flags, SampleBuffer* sample) {
	callback_(owner_, frame, status, flags, sample == nullptr ? nullptr : RefOf<CMSampleBufferRef>(*sample));
	// The sample is the session's: who wants it longer retains it.
	if (sample != nullptr) sample->Release();
}

SampleBuffer* Compression::Encode(PixelBuffer& pixels, bool keyframe) {
	if (script().Take(&Script::Turns::keyframes_refused)) {
		if (keyframe && sets_.empty()) {
			const I420Frame unseen(width, height);
			EncodedFrame encoded;
			coder_->Encode(unseen, true, encoded);
			const std::vector<Bytes> nals = NalsOf(encoded.data);
			sets_ = {WithoutUsability(nals[0]), nals[1]};
		}
		keyframe = false;
	}
	const bool other_sets = script().Take(&Script::Turns::other_parameter_sets);
	if (other_sets) level_step_++;
	I420Frame frame(width, height);
	frame.ConvertNv12(pixels.plane(0), static_cast<int>(pixels.stride), height);
	EncodedFrame encoded;
	// An encoder may begin anew by itself, and so it does when its parameters change.
	if (!coder_->Encode(frame, keyframe || other_sets, encoded)) return nullptr;
	std::vector<Bytes> nals = NalsOf(encoded.data);
	if (encoded.keyframe) {
		sets_ = {WithoutUsability(nals[0]), nals[1]};
		sets_[0][kLevel] = static_cast<std::uint8_t>(sets_[0][kLevel] + level_step_);
		nals.erase(nals.begin(), nals.begin() + 2);
	}
	Bytes data;
	// An SEI message before the slices, as hardware has it.
	nals.insert(nals.begin(), {0x06, 0x05, 0x01, 0x00, 0x80});
	const bool broken = script().Take(&Script::Turns::broken);
	for (const Bytes& nal : nals) {
		const std::size_t size = nal.size() + (broken && &nal == &nals.back() ? 9 : 0);
		for (int shift = 24; shift >= 0; shift -= 8) data.push_back(static_cast<std::uint8_t>(size >> shift));
		data.insert(data.end(), nal.begin(), nal.end());
	}
	return new SampleBuffer(sets_, data);
}

void Compression::Invalidate() {
	std::deque<Job> left;
	{
		const std::lock_guard lock(mutex_);
		if (!valid_) return;
		valid_ = false;
	}
	wake_.notify_all();
	thread_.join();
	left.swap(jobs_);
	const auto give_up = [this, left] {
		for (const Job& job : left) {
			job.pixels->encoding--;
			job.pixels->Release();
			CallBack(job.frame, kVTInvalidSessionErr, 0, nullptr);
		}
	};
	// videotoolbox/vtcompressionsessioninvalidate(_:) does not say what becomes of frames that are under way: their
	// callbacks come during the call, or when everything is long gone.
	if (!script().ways().answers_after_end) return give_up();
	Retain();
	const std::lock_guard lock(late().mutex);
	late().calls.emplace_back([this, give_up] {
		give_up();
		Release();
	});
}

}  // namespace

void RunLateCallbacks() {
	std::vector<std::function<void()>> calls;
	{
		const std::lock_guard lock(late().mutex);
		calls.swap(late().calls);
	}
	for (const auto& call : calls) std::thread(call).join();
}

}  // namespace fakes
}  // namespace porthole

using namespace porthole::fakes;

PORTHOLE_FAKE_STRING(kVTVideoEncoderSpecification_EnableLowLatencyRateControl);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_RealTime);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_AllowFrameReordering);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_MaxFrameDelayCount);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_AverageBitRate);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_ExpectedFrameRate);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_MaxKeyFrameInterval);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_ProfileLevel);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_ColorPrimaries);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_TransferFunction);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_YCbCrMatrix);
PORTHOLE_FAKE_STRING(kVTCompressionPropertyKey_UsingHardwareAcceleratedVideoEncoder);
PORTHOLE_FAKE_STRING(kVTProfileLevel_H264_ConstrainedBaseline_AutoLevel);
PORTHOLE_FAKE_STRING(kVTProfileLevel_H264_Baseline_AutoLevel);
PORTHOLE_FAKE_STRING(kVTEncodeFrameOptionKey_ForceKeyFrame);

OSStatus VTSessionSetProperty(VTSessionRef session, CFStringRef key, CFTypeRef value) {
	Object& object = Find(session, "VTSessionSetProperty");
	Find(value, "VTSessionSetProperty");
	const std::set<CFStringRef> unsupported = script().ways().unsupported;
	// videotoolbox/kvtpropertynotsupportederr: encoders differ.
	if (unsupported.contains(key) || unsupported.contains(static_cast<CFStringRef>(value))) {
		return kVTPropertyNotSupportedErr;
	}
	if (SetTransferProperty(object, key, value)) return noErr;
	As<Compression>(session, "VTSessionSetProperty");
	return noErr;
}

OSStatus VTSessionCopyProperty(VTSessionRef session, CFStringRef key, CFAllocatorRef, void* out) {
	const Compression& compression = As<Compression>(session, "VTSessionCopyProperty");
	if (!CFEqual(key, kVTCompressionPropertyKey_UsingHardwareAcceleratedVideoEncoder))
		return kVTPropertyNotSupportedErr;
	if (script().ways().unsupported.contains(key)) return kVTPropertyNotSupportedErr;
	*static_cast<CFTypeRef*>(out) = CFRetain(compression.low_latency ? kCFBooleanTrue : kCFBooleanFalse);
	return noErr;
}

OSStatus VTCompressionSessionCreate(CFAllocatorRef, int32_t width, int32_t height, CMVideoCodecType codec,
	CFDictionaryRef specification, CFDictionaryRef, CFAllocatorRef, VTCompressionOutputCallback callback, void* owner,
	VTCompressionSessionRef* out) {
	const bool low_latency = IsTrueIn(specification, kVTVideoEncoderSpecification_EnableLowLatencyRateControl);
	if (codec != kCMVideoCodecType_H264 || width % 2 != 0 || height % 2 != 0) return kVTParameterErr;
	if (low_latency && !script().ways().low_latency) return kVTCouldNotFindVideoEncoderErr;
	if (const OSStatus status = script().Take(&Script::Turns::create)) return status;
	*out = RefOf<VTCompressionSessionRef>(*new Compression(width, height, callback, owner, low_latency));
	return noErr;
}

void VTCompressionSessionInvalidate(VTCompressionSessionRef session) {
	As<Compression>(session, "VTCompressionSessionInvalidate").Invalidate();
}

OSStatus VTCompressionSessionPrepareToEncodeFrames(VTCompressionSessionRef session) {
	As<Compression>(session, "VTCompressionSessionPrepareToEncodeFrames");
	return noErr;
}

OSStatus VTCompressionSessionEncodeFrame(VTCompressionSessionRef session, CVImageBufferRef pixels, CMTime time, CMTime,
	CFDictionaryRef properties, void* frame, VTEncodeInfoFlags* flags) {
	constexpr auto kName = "VTCompressionSessionEncodeFrame";
	return As<Compression>(session, kName)
		.Encode(As<PixelBuffer>(pixels, kName), time, IsTrueIn(properties, kVTEncodeFrameOptionKey_ForceKeyFrame),
			frame, flags);
}
