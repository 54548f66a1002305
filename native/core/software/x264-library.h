#pragma once

#if __has_include(<x264.h>)
#define PORTHOLE_HAS_X264 1
#include <cstdint>
extern "C" {
#include <x264.h>
}
#endif

#include <string>

namespace porthole {

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

}  // namespace porthole
