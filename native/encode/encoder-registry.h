#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "encode/encoder.h"

namespace porthole {

/// Every encoder of this build, the default first.
std::span<const EncoderKind* const> EncoderKinds();

/// One of them by its name, or `hxfr:ADDRESS` for one at the other end of a stream (RemoteEncoder). Throws NativeError
/// `encoder-unknown` or `hxfr-bad-address`.
const EncoderKind& FindEncoderKind(std::string_view name);

}  // namespace porthole
