#include <wels/codec_api.h>

#include <cstdio>
#include <optional>

#include "encode/encoder.h"
#include "encode/frame-content.h"
#include "encode/h264.h"
#include "encode/rate-control.h"
#include "native-error.h"

namespace porthole {

namespace {

/// The level must hold after `SetRate` too, so it is chosen for the fastest stream.
constexpr double kLevelFrameRate = 60;
/// A keyframe is encoded again with a coarser quantiser at most so often.
constexpr int kKeyframeRetries = 2;

std::string Version() {
	const OpenH264Version version = WelsGetCodecVersion();
	char text[48];
	std::snprintf(text, sizeof text, "%u.%u.%u", version.uMajor, version.uMinor, version.uRevision);
	return text;
}

EncoderAvailability Probe() { return {true, "openh264 " + Version()}; }

/// Cisco's openh264 in camera mode (its screen mode costs more than twice as much) with our rate control: its own lets
/// a keyframe of text take half a second of the bitrate, and its limits cannot be moved once it runs.
class OpenH264Encoder final : public Encoder {
public:
	OpenH264Encoder(const OpenH264Encoder&) = delete;
	OpenH264Encoder& operator=(const OpenH264Encoder&) = delete;
	explicit OpenH264Encoder(const EncoderSettings& settings)
		: settings_(settings), rate_control_(settings.rate), meter_(settings.width, settings.height) {
		if (WelsCreateSVCEncoder(&encoder_) != 0 || encoder_ == nullptr) {
			throw NativeError("encoder-unavailable", "openh264 could not make an encoder; is memory short?");
		}
		int quiet = WELS_LOG_QUIET;
		encoder_->SetOption(ENCODER_OPTION_TRACE_LEVEL, &quiet);
		SetParameters();
		if (encoder_->InitializeExt(&parameters_) != cmResultSuccess) {
			WelsDestroySVCEncoder(encoder_);
			throw NativeError("encoder-rejected",
				"openh264 does not take frames of " + std::to_string(settings.width) + "x" +
					std::to_string(settings.height) + " pixels; use a size between 16x16 and 4096x2304.");
		}
		int format = videoFormatI420;
		encoder_->SetOption(ENCODER_OPTION_DATAFORMAT, &format);
	}

	~OpenH264Encoder() override {
		encoder_->Uninitialize();
		WelsDestroySVCEncoder(encoder_);
	}

	std::string Description() const override { return "openh264 " + Version() + ", constrained baseline"; }

	void SetRate(const Rate& rate) override { rate_control_.SetRate(rate); }

	bool Encode(const I420Frame& frame, bool keyframe, EncodedFrame& encoded) override {
		if (keyframe || !started_) {
			EncodeKeyframe(frame, encoded);
		} else {
			const FrameChange change = meter_.Changed(frame.y(), frame.luma_stride());
			const std::optional<int> qp =
				change.repeat ? rate_control_.RepeatQp() : rate_control_.ChangeQp(change.fresh);
			if (!qp) return false;
			EncodeAt(*qp, frame, encoded);
			rate_control_.Coded(*qp, encoded.data.size());
			if (!change.repeat) meter_.Keep(frame.y(), frame.luma_stride());
		}
		return !encoded.data.empty();
	}

private:
	/// An IDR picture refers to nothing before it, so one that was encoded but never sent does no harm.
	void EncodeKeyframe(const I420Frame& frame, EncodedFrame& encoded) {
		int qp = rate_control_.KeyframeQp(meter_.Whole(frame.y(), frame.luma_stride()));
		for (int retries = 0;; retries++) {
			encoder_->ForceIntraFrame(true);
			EncodeAt(qp, frame, encoded);
			const std::optional<int> coarser = rate_control_.KeyframeRetryQp(qp, encoded.data.size());
			if (!coarser || retries == kKeyframeRetries) break;
			qp = *coarser;
		}
		rate_control_.Coded(qp, encoded.data.size());
		meter_.Keep(frame.y(), frame.luma_stride());
		started_ = true;
	}

	void EncodeAt(int qp, const I420Frame& frame, EncodedFrame& encoded) {
		SetQp(qp);
		SSourcePicture source{};
		source.iColorFormat = videoFormatI420;
		source.iPicWidth = frame.width();
		source.iPicHeight = frame.height();
		source.iStride[0] = frame.luma_stride();
		source.iStride[1] = source.iStride[2] = frame.chroma_stride();
		source.pData[0] = const_cast<unsigned char*>(frame.y());
		source.pData[1] = const_cast<unsigned char*>(frame.u());
		source.pData[2] = const_cast<unsigned char*>(frame.v());

		SFrameBSInfo info{};
		if (encoder_->EncodeFrame(&source, &info) != cmResultSuccess) {
			throw NativeError("encoder-failed",
				"openh264 could not code a frame of " + std::to_string(frame.width()) + "x" +
					std::to_string(frame.height()) + " pixels.");
		}
		encoded.data.clear();
		if (info.eFrameType == videoFrameTypeSkip || info.eFrameType == videoFrameTypeInvalid) return;
		encoded.data.reserve(static_cast<std::size_t>(info.iFrameSizeInBytes));
		for (int layer = 0; layer < info.iLayerNum; layer++) AppendLayer(info.sLayerInfo[layer], encoded.data);
		encoded.keyframe = info.eFrameType == videoFrameTypeIDR;
	}

	/// With nothing else changed, openh264 takes a new quantiser without a keyframe and without new buffers, in some
	/// 30 microseconds (2.3.1, WelsEncoderParamAdjust in encoder_ext.cpp).
	void SetQp(int qp) {
		SSpatialLayerConfig& layer = parameters_.sSpatialLayers[0];
		if (layer.iDLayerQp == qp) return;
		layer.iDLayerQp = qp;
		if (encoder_->SetOption(ENCODER_OPTION_SVC_ENCODE_PARAM_EXT, &parameters_) != cmResultSuccess) {
			throw NativeError("encoder-failed", "openh264 did not take the quantiser " + std::to_string(qp) + ".");
		}
	}

	static void AppendLayer(const SLayerBSInfo& layer, std::vector<std::uint8_t>& data) {
		const unsigned char* nal = layer.pBsBuf;
		for (int index = 0; index < layer.iNalCount; index++) {
			const int size = layer.pNalLengthInByte[index];
			AppendNal(data, nal, static_cast<std::size_t>(size));
			nal += size;
		}
	}

	void SetParameters() {
		SEncParamExt& parameters = parameters_;
		encoder_->GetDefaultParams(&parameters);
		parameters.iUsageType = CAMERA_VIDEO_REAL_TIME;
		parameters.iPicWidth = settings_.width;
		parameters.iPicHeight = settings_.height;
		parameters.fMaxFrameRate = kLevelFrameRate;
		parameters.iRCMode = RC_OFF_MODE;
		parameters.bEnableFrameSkip = false;
		parameters.iTemporalLayerNum = 1;
		parameters.iSpatialLayerNum = 1;
		parameters.iComplexityMode = LOW_COMPLEXITY;
		parameters.uiIntraPeriod = 0;
		parameters.iNumRefFrame = 1;
		parameters.eSpsPpsIdStrategy = CONSTANT_ID;
		parameters.iEntropyCodingModeFlag = 0;
		parameters.iMultipleThreadIdc = 1;
		parameters.bEnableDenoise = false;
		parameters.bEnableAdaptiveQuant = false;
		// It would leave blocks alone that a finer quantiser is to sharpen.
		parameters.bEnableBackgroundDetection = false;
		// It would answer every window that opens with a keyframe nobody asked for.
		parameters.bEnableSceneChangeDetect = false;
		parameters.bEnableLongTermReference = false;

		SSpatialLayerConfig& layer = parameters.sSpatialLayers[0];
		layer.iVideoWidth = settings_.width;
		layer.iVideoHeight = settings_.height;
		layer.fFrameRate = parameters.fMaxFrameRate;
		layer.uiProfileIdc = PRO_BASELINE;
		layer.uiLevelIdc = static_cast<ELevelIdc>(LevelFor(settings_.width, settings_.height, kLevelFrameRate));
		layer.sSliceArgument.uiSliceMode = SM_SINGLE_SLICE;
		layer.bVideoSignalTypePresent = true;
		layer.uiVideoFormat = VF_UNDEF;
		layer.bFullRange = false;
		layer.bColorDescriptionPresent = true;
		layer.uiColorPrimaries = kColourPrimaries;
		layer.uiTransferCharacteristics = kTransferCharacteristics;
		layer.uiColorMatrix = kMatrixCoefficients;
	}

	const EncoderSettings settings_;
	RateControl rate_control_;
	ContentMeter meter_;
	ISVCEncoder* encoder_ = nullptr;
	SEncParamExt parameters_{};
	bool started_ = false;
};

std::unique_ptr<Encoder> Create(const EncoderSettings& settings) { return std::make_unique<OpenH264Encoder>(settings); }

}  // namespace

extern const EncoderKind kOpenH264Encoder;
const EncoderKind kOpenH264Encoder{"openh264", Probe, Create};

}  // namespace porthole
