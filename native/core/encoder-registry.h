#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "encoder.h"

namespace porthole {

/// Every encoder of this build, the default first.
std::span<const EncoderKind* const> EncoderKinds();

/// Throws NativeError `encoder-unknown`.
const EncoderKind& FindEncoderKind(std::string_view name);

}  // namespace porthole
