#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace porthole {

/// The same SPS (with its NAL header, without a start code) as live viewers need it, for encoders that cannot be told:
/// with a bitstream restriction that says that no picture is reordered, as decoders otherwise hold back as many as fit
/// (H.264, E.2.1), and with the colours of `colour.h`. Right only for streams without reordering and of such pictures.
/// Nothing when it cannot be read. `server/h264/parameter-sets.ts` does the first half for streams from elsewhere.
std::optional<std::vector<std::uint8_t>> LiveSps(std::span<const std::uint8_t> sps);

}  // namespace porthole
