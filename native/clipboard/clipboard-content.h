#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace porthole {

enum class ClipboardFormat { kText, kImage };

/// What is on a clipboard: UTF-8, or a PNG.
struct ClipboardContent {
	ClipboardFormat format = ClipboardFormat::kText;
	std::vector<std::uint8_t> bytes;
};

using SharedContent = std::shared_ptr<const ClipboardContent>;

/// Most bytes that are taken in or given out.
constexpr std::size_t MostBytes(ClipboardFormat format) {
	return std::size_t{1024} * 1024 * (format == ClipboardFormat::kText ? 1 : 8);
}

/// The clipboard could not be read or written; the code is stable.
struct ClipboardFailure {
	std::string code;
	std::string message;
};

}  // namespace porthole
