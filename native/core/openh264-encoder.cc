#include <wels/codec_api.h>

#include <algorithm>
#include <cstdio>

#include "annexb.h"
#include "colour.h"
#include "encoder.h"
#include "level.h"
#include "native-error.h"

namespace porthole {

namespace {

/// The library's rate control takes no more.
constexpr double kMaxFrameRate = 60;
/// The level must hold after `SetRate` too, so it is chosen for the fastest stream.
constexpr double kLevelFrameRate = 60;
/// Finer than this nobody sees a gain. There is no upper bound: on a slow link late pictures are worse than coarse ones.
constexpr int kMinQp = 18;
constexpr int kMaxQp = 51;

std::string Version() {
	const OpenH264Version version = WelsGetCodecVersion();
	char text[48];
	std::snprintf(text, sizeof text, "%u.%u.%u", version.uMajor, version.uMinor, version.uRevision);
	return text;
}

EncoderAvailability Probe() { return {true, "openh264 " + Version()}; }

/// Cisco's openh264 in camera mode: its screen mode ignores the bitrate and costs more than twice as much.
class OpenH264Encoder final : public Encoder {
public:
	explicit OpenH264Encoder(const EncoderSettings& settings) : settings_(settings) {
		if (WelsCreateSVCEncoder(&encoder_) != 0 || encoder_ == nullptr) {
			throw NativeError("encoder-unavailable", "openh264 could not make an encoder; is memory short?");
		}
		int quiet = WELS_LOG_QUIET;
		encoder_->SetOption(ENCODER_OPTION_TRACE_LEVEL, &quiet);
		SEncParamExt parameters = Parameters();
		if (encoder_->InitializeExt(&parameters) != cmResultSuccess) {
			WelsDestroySVCEncoder(encoder_);
			throw NativeError("encoder-rejected", "openh264 does not take pictures of " +
				std::to_string(settings.width) + "x" + std::to_string(settings.height) +
				" pixels; use a size between 16x16 and 4096x2304.");
		}
		int format = videoFormatI420;
		encoder_->SetOption(ENCODER_OPTION_DATAFORMAT, &format);
	}

	~OpenH264Encoder() override {
		encoder_->Uninitialize();
		WelsDestroySVCEncoder(encoder_);
	}

	std::string Description() const override { return "openh264 " + Version() + ", constrained baseline"; }

	void SetRate(const Rate& rate) override {
		// The ceiling must never lie below the target, so it moves first when rates rise and last when they fall.
		SBitrateInfo target{SPATIAL_LAYER_ALL, rate.bitrate};
		SBitrateInfo ceiling{SPATIAL_LAYER_ALL, rate.bitrate};
		const bool rising = rate.bitrate > settings_.rate.bitrate;
		if (rising) encoder_->SetOption(ENCODER_OPTION_MAX_BITRATE, &ceiling);
		encoder_->SetOption(ENCODER_OPTION_BITRATE, &target);
		if (!rising) encoder_->SetOption(ENCODER_OPTION_MAX_BITRATE, &ceiling);
		float frame_rate = FrameRate(rate);
		encoder_->SetOption(ENCODER_OPTION_FRAME_RATE, &frame_rate);
		settings_.rate = rate;
	}

	bool Encode(const I420Picture& picture, bool keyframe, CodedPicture& coded) override {
		if (keyframe) encoder_->ForceIntraFrame(true);
		SSourcePicture source{};
		source.iColorFormat = videoFormatI420;
		source.iPicWidth = picture.width();
		source.iPicHeight = picture.height();
		source.iStride[0] = picture.luma_stride();
		source.iStride[1] = source.iStride[2] = picture.chroma_stride();
		source.pData[0] = const_cast<unsigned char*>(picture.y());
		source.pData[1] = const_cast<unsigned char*>(picture.u());
		source.pData[2] = const_cast<unsigned char*>(picture.v());
		// Counted pictures, not time: after a pause the rate control would else spend the pause's bits at once.
		source.uiTimeStamp = static_cast<long long>(pictures_++ * 1000 / FrameRate(settings_.rate));

		SFrameBSInfo info{};
		if (encoder_->EncodeFrame(&source, &info) != cmResultSuccess) {
			throw NativeError("encoder-failed", "openh264 could not code a picture of " +
				std::to_string(picture.width()) + "x" + std::to_string(picture.height()) + " pixels.");
		}
		if (info.eFrameType == videoFrameTypeSkip || info.eFrameType == videoFrameTypeInvalid) return false;
		coded.data.clear();
		coded.data.reserve(static_cast<std::size_t>(info.iFrameSizeInBytes));
		for (int layer = 0; layer < info.iLayerNum; layer++) AppendLayer(info.sLayerInfo[layer], coded.data);
		coded.keyframe = info.eFrameType == videoFrameTypeIDR;
		return !coded.data.empty();
	}

private:
	static float FrameRate(const Rate& rate) {
		return static_cast<float>(std::clamp(rate.frame_rate, 1.0, kMaxFrameRate));
	}

	static void AppendLayer(const SLayerBSInfo& layer, std::vector<std::uint8_t>& data) {
		const unsigned char* nal = layer.pBsBuf;
		for (int index = 0; index < layer.iNalCount; index++) {
			const int size = layer.pNalLengthInByte[index];
			AppendNal(data, nal, static_cast<std::size_t>(size));
			nal += size;
		}
	}

	SEncParamExt Parameters() {
		SEncParamExt parameters;
		encoder_->GetDefaultParams(&parameters);
		parameters.iUsageType = CAMERA_VIDEO_REAL_TIME;
		parameters.iPicWidth = settings_.width;
		parameters.iPicHeight = settings_.height;
		parameters.iTargetBitrate = settings_.rate.bitrate;
		parameters.iMaxBitrate = settings_.rate.bitrate;
		parameters.fMaxFrameRate = FrameRate(settings_.rate);
		parameters.iRCMode = RC_BITRATE_MODE;
		parameters.bEnableFrameSkip = false;
		parameters.iMinQp = kMinQp;
		parameters.iMaxQp = kMaxQp;
		parameters.iIdrBitrateRatio = kBufferedPictures * 100;
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
		parameters.bEnableBackgroundDetection = true;
		// It would answer every window that opens with a keyframe nobody asked for.
		parameters.bEnableSceneChangeDetect = false;
		parameters.bEnableLongTermReference = false;

		SSpatialLayerConfig& layer = parameters.sSpatialLayers[0];
		layer.iVideoWidth = settings_.width;
		layer.iVideoHeight = settings_.height;
		layer.fFrameRate = parameters.fMaxFrameRate;
		layer.iSpatialBitrate = settings_.rate.bitrate;
		layer.iMaxSpatialBitrate = settings_.rate.bitrate;
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
		return parameters;
	}

	EncoderSettings settings_;
	ISVCEncoder* encoder_ = nullptr;
	long long pictures_ = 0;
};

std::unique_ptr<Encoder> Create(const EncoderSettings& settings) {
	return std::make_unique<OpenH264Encoder>(settings);
}

}  // namespace

extern const EncoderKind kOpenH264Encoder;
const EncoderKind kOpenH264Encoder{"openh264", Probe, Create};

}  // namespace porthole
