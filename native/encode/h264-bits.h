#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace porthole {

/// Reads the bits of a NAL unit, leaving out emulation prevention bytes (H.264, 7.4.1). Past the end it gives zeros and
/// is `exhausted`, so that a parser may run to its end and ask once.
class BitReader {
public:
	explicit BitReader(std::span<const std::uint8_t> nal) : nal_(nal) {}

	/// More was read than there is, or a number was longer than 32 bits.
	bool exhausted() const { return exhausted_; }

	/// An unsigned number of `count` bits, at most 32.
	std::uint32_t Fixed(int count) {
		std::uint32_t value = 0;
		for (int bit = 0; bit < count; bit++) value = value << 1 | Next();
		return value;
	}

	/// `ue(v)` (H.264, 9.1).
	std::uint32_t Unsigned() {
		int zeros = 0;
		while (Next() == 0) {
			if (exhausted_ || ++zeros > 31) {
				exhausted_ = true;
				return 0;
			}
		}
		return (std::uint32_t{1} << zeros) - 1 + Fixed(zeros);
	}

private:
	std::uint32_t Next() {
		if (byte_ >= nal_.size()) {
			exhausted_ = true;
			return 0;
		}
		const std::uint8_t byte = nal_[byte_];
		const std::uint32_t value = byte >> (7 - bit_) & 1;
		if (++bit_ == 8) Advance(byte);
		return value;
	}

	void Advance(std::uint8_t byte) {
		bit_ = 0;
		byte_++;
		zeros_ = byte == 0 ? zeros_ + 1 : 0;
		if (zeros_ < 2 || byte_ >= nal_.size() || nal_[byte_] != 3) return;
		byte_++;
		zeros_ = 0;
	}

	const std::span<const std::uint8_t> nal_;
	std::size_t byte_ = 0;
	int bit_ = 0;
	int zeros_ = 0;
	bool exhausted_ = false;
};

/// Writes the bits of a NAL unit and puts emulation prevention bytes in (H.264, 7.4.1).
class BitWriter {
public:
	/// An unsigned number of `count` bits, at most 32.
	void Fixed(std::uint32_t value, int count) {
		for (int bit = count - 1; bit >= 0; bit--) {
			byte_ = static_cast<std::uint8_t>(byte_ << 1 | (value >> bit & 1));
			if (++bits_ < 8) continue;
			Append(byte_);
			bits_ = 0;
		}
	}

	/// `ue(v)` (H.264, 9.1), of a value below 2^32 - 1.
	void Unsigned(std::uint32_t value) {
		int length = 0;
		while (length < 31 && (value + 1) >> (length + 1) != 0) length++;
		Fixed(0, length);
		Fixed(value + 1, length + 1);
	}

	/// Ends the NAL unit (`rbsp_trailing_bits`); gives its bytes, ready for the stream.
	std::vector<std::uint8_t> Finish() {
		Fixed(1, 1);
		if (bits_ > 0) Fixed(0, 8 - bits_);
		return std::move(bytes_);
	}

private:
	void Append(std::uint8_t byte) {
		if (zeros_ >= 2 && byte <= 3) {
			bytes_.push_back(3);
			zeros_ = 0;
		}
		bytes_.push_back(byte);
		zeros_ = byte == 0 ? zeros_ + 1 : 0;
	}

	std::vector<std::uint8_t> bytes_;
	std::uint8_t byte_ = 0;
	int bits_ = 0;
	int zeros_ = 0;
};

}  // namespace porthole
