#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "encode/encoder.h"
#include "encode/h264.h"
#include "native-error.h"

#if __has_include(<x264.h>)
#define PORTHOLE_HAS_X264 1
#include <cstdint>
extern "C" {
#include <x264.h>
}
#endif

namespace porthole {

namespace {

/// The user's libx264, loaded at run time: its licence (GPL) does not allow linking it in or shipping it.
struct X264Library {
#ifdef PORTHOLE_HAS_X264
	decltype(&x264_param_default_preset) param_default_preset = nullptr;
	decltype(&x264_param_apply_profile) param_apply_profile = nullptr;
	decltype(&x264_encoder_open) encoder_open = nullptr;
	decltype(&x264_encoder_reconfig) encoder_reconfig = nullptr;
	decltype(&x264_encoder_encode) encoder_encode = nullptr;
	decltype(&x264_encoder_close) encoder_close = nullptr;
	decltype(&x264_picture_init) picture_init = nullptr;
#endif
	bool loaded = false;
	std::string detail;  ///< Version when loaded, else why not and what to do.

	/// Loaded on first use and kept for the life of the process.
	static const X264Library& Get();
};

#ifdef PORTHOLE_HAS_X264

#define PORTHOLE_TEXT(value) #value
#define PORTHOLE_NAME_OF(macro) PORTHOLE_TEXT(macro)

#ifdef __APPLE__
constexpr const char* kFile = "libx264." PORTHOLE_NAME_OF(X264_BUILD) ".dylib";
#else
constexpr const char* kFile = "libx264.so." PORTHOLE_NAME_OF(X264_BUILD);
#endif

template <typename Function>
bool Load(void* library, const char* name, Function& function) {
	function = reinterpret_cast<Function>(dlsym(library, name));
	return function != nullptr;
}

X264Library Open() {
	X264Library x264;
	void* library = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
	if (library == nullptr) {
		x264.detail = std::string("could not load ") + kFile + "; install it with: apt-get install libx264-" +
			PORTHOLE_NAME_OF(X264_BUILD);
		return x264;
	}
	// The name of x264_encoder_open carries the build, so that structures of another build are never used.
	x264.loaded = Load(library, "x264_param_default_preset", x264.param_default_preset) &&
		Load(library, "x264_param_apply_profile", x264.param_apply_profile) &&
		Load(library, PORTHOLE_NAME_OF(x264_encoder_open), x264.encoder_open) &&
		Load(library, "x264_encoder_reconfig", x264.encoder_reconfig) &&
		Load(library, "x264_encoder_encode", x264.encoder_encode) &&
		Load(library, "x264_encoder_close", x264.encoder_close) &&
		Load(library, "x264_picture_init", x264.picture_init);
	if (x264.loaded) {
		x264.detail = std::string("x264 ") + X264_POINTVER;
	} else {
		x264.detail = std::string(kFile) + " lacks the functions of build " + PORTHOLE_NAME_OF(X264_BUILD) +
			"; reinstall libx264-dev and build the addon again with: npm run build:native";
		dlclose(library);
	}
	return x264;
}

#else

X264Library Open() {
	X264Library x264;
	x264.detail = "built without x264; install libx264-dev and build the addon again with: npm run build:native";
	return x264;
}

#endif

const X264Library& X264Library::Get() {
	static const X264Library library = Open();
	return library;
}

EncoderAvailability Probe() {
	const X264Library& x264 = X264Library::Get();
	return {x264.loaded, x264.detail};
}

#ifdef PORTHOLE_HAS_X264

/// The level must hold after `SetRate` too, so it is chosen for the fastest stream.
constexpr double kLevelFrameRate = 60;
/// Constant quality under the buffer's ceiling: a calm screen costs little, a busy one keeps to the bitrate.
constexpr float kQuality = 20;

/// x264 at its fastest, one thread, no delay.
class X264Encoder final : public Encoder {
public:
	X264Encoder(const X264Encoder&) = delete;
	X264Encoder& operator=(const X264Encoder&) = delete;
	explicit X264Encoder(const EncoderSettings& settings)
		: x264_(X264Library::Get()), opened_frame_rate_(std::max(1.0, settings.rate.frame_rate)) {
		if (!x264_.loaded) throw NativeError("encoder-unavailable", "x264 cannot be used: " + x264_.detail);
		Configure(settings);
		encoder_ = x264_.encoder_open(&parameters_);
		if (encoder_ == nullptr) {
			throw NativeError("encoder-rejected",
				"x264 does not take frames of " + std::to_string(settings.width) + "x" +
					std::to_string(settings.height) + " pixels.");
		}
	}

	~X264Encoder() override { x264_.encoder_close(encoder_); }

	std::string Description() const override { return x264_.detail + ", constrained baseline, ultrafast"; }

	void SetRate(const Rate& rate) override {
		SetBuffer(rate);
		x264_.encoder_reconfig(encoder_, &parameters_);
	}

	bool Encode(const I420Frame& frame, bool keyframe, EncodedFrame& encoded) override {
		x264_picture_t source;
		x264_.picture_init(&source);
		source.i_type = keyframe ? X264_TYPE_IDR : X264_TYPE_AUTO;
		source.i_pts = frames_++;
		source.img.i_csp = X264_CSP_I420;
		source.img.i_plane = 3;
		source.img.i_stride[0] = frame.luma_stride();
		source.img.i_stride[1] = source.img.i_stride[2] = frame.chroma_stride();
		source.img.plane[0] = const_cast<std::uint8_t*>(frame.y());
		source.img.plane[1] = const_cast<std::uint8_t*>(frame.u());
		source.img.plane[2] = const_cast<std::uint8_t*>(frame.v());

		x264_nal_t* nals = nullptr;
		int count = 0;
		x264_picture_t result;
		const int bytes = x264_.encoder_encode(encoder_, &nals, &count, &source, &result);
		if (bytes < 0) {
			throw NativeError("encoder-failed",
				"x264 could not code a frame of " + std::to_string(frame.width()) + "x" +
					std::to_string(frame.height()) + " pixels.");
		}
		encoded.data.clear();
		encoded.data.reserve(static_cast<std::size_t>(bytes));
		for (int index = 0; index < count; index++) {
			AppendNal(encoded.data, nals[index].p_payload, static_cast<std::size_t>(nals[index].i_payload));
		}
		encoded.keyframe = result.b_keyframe != 0;
		return !encoded.data.empty();
	}

private:
	void Configure(const EncoderSettings& settings) {
		x264_.param_default_preset(&parameters_, "ultrafast", "zerolatency");
		parameters_.i_log_level = X264_LOG_NONE;
		parameters_.i_width = settings.width;
		parameters_.i_height = settings.height;
		parameters_.i_threads = 1;
		parameters_.b_sliced_threads = 0;
		parameters_.i_slice_count = 1;
		parameters_.i_keyint_max = X264_KEYINT_MAX_INFINITE;
		parameters_.i_scenecut_threshold = 0;
		parameters_.b_repeat_headers = 1;
		parameters_.b_annexb = 1;
		parameters_.i_level_idc = LevelFor(settings.width, settings.height, kLevelFrameRate);
		// Told that frames come unevenly, x264 would hold each back until it sees the next one's time.
		parameters_.b_vfr_input = 0;
		parameters_.i_fps_num = static_cast<std::uint32_t>(std::lround(opened_frame_rate_ * 1000));
		parameters_.i_fps_den = 1000;
		parameters_.vui.b_fullrange = 0;
		parameters_.vui.i_colorprim = kColourPrimaries;
		parameters_.vui.i_transfer = kTransferCharacteristics;
		parameters_.vui.i_colmatrix = kMatrixCoefficients;
		parameters_.rc.i_rc_method = X264_RC_CRF;
		parameters_.rc.f_rf_constant = kQuality;
		SetBuffer(settings.rate);
		x264_.param_apply_profile(&parameters_, "baseline");
	}

	/// x264 cannot change its frame rate, but only bits per frame matter to its buffer: scale the bitrate instead.
	void SetBuffer(const Rate& rate) {
		const double bits_per_frame = rate.bitrate / std::max(1.0, rate.frame_rate);
		parameters_.rc.i_vbv_max_bitrate = std::max(1, static_cast<int>(bits_per_frame * opened_frame_rate_ / 1000));
		parameters_.rc.i_vbv_buffer_size = std::max(1, static_cast<int>(bits_per_frame * kBufferedFrames / 1000));
	}

	const X264Library& x264_;
	double opened_frame_rate_;
	x264_param_t parameters_{};
	x264_t* encoder_ = nullptr;
	std::int64_t frames_ = 0;
};

std::unique_ptr<Encoder> Create(const EncoderSettings& settings) { return std::make_unique<X264Encoder>(settings); }

#else

std::unique_ptr<Encoder> Create(const EncoderSettings&) {
	throw NativeError("encoder-unavailable", "x264 cannot be used: " + X264Library::Get().detail);
}

#endif

}  // namespace

extern const EncoderKind kX264Encoder;
const EncoderKind kX264Encoder{"x264", Probe, Create};

}  // namespace porthole
