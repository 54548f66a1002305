#pragma once

/**
 * The part of libsrtp 3's interface that the worker calls, over libsrtp 2. What differs: policies are objects behind
 * functions, lengths are `size_t`, packets go from one buffer to another (libsrtp 2 works in place), and there may be a
 * master key identifier, which the worker never has and which is refused here.
 */

// libsrtp 2 has a struct of this name; the worker means a pointer.
#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

/** Codes that libsrtp 2 does not know, with numbers it does not use. */
inline constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
inline constexpr auto srtp_err_status_cryptex_err = static_cast<srtp_err_status_t>(29);

namespace porthole::srtp {

struct Policy {
  srtp_ssrc_t ssrc{};
  srtp_profile_t profile = srtp_profile_reserved;
  unsigned long windowSize = 0;
  bool repeats = false;
  std::uint8_t keyAndSalt[SRTP_MAX_KEY_LEN]{};

  ~Policy() {
    // Volatile, so that the compiler does not leave the wiping out.
    volatile std::uint8_t* bytes = keyAndSalt;
    std::fill(bytes, bytes + sizeof(keyAndSalt), 0);
  }
};

using InPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

/** `added`: the most bytes that `work` may put behind the packet. */
inline srtp_err_status_t copyAndWork(InPlace work, std::size_t added, srtp_t session, const std::uint8_t* in,
                                     std::size_t inLength, std::uint8_t* out, std::size_t* outLength) {
  if (*outLength < added || inLength > *outLength - added) return srtp_err_status_buffer_small;
  if (out != in) std::memmove(out, in, inLength);
  int length = static_cast<int>(inLength);
  const srtp_err_status_t status = work(session, out, &length);
  if (status == srtp_err_status_ok) *outLength = static_cast<std::size_t>(length);
  return status;
}

}  // namespace porthole::srtp

using srtp_policy_t = porthole::srtp::Policy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy) {
  *policy = new (std::nothrow) porthole::srtp::Policy;
  return *policy == nullptr ? srtp_err_status_alloc_fail : srtp_err_status_ok;
}

inline void srtp_policy_destroy(srtp_policy_t policy) { delete policy; }

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc) {
  policy->ssrc = ssrc;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile) {
  policy->profile = profile;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, std::size_t size) {
  policy->windowSize = size;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool repeats) {
  policy->repeats = repeats;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_add_key(srtp_policy_t policy, const std::uint8_t* key, std::size_t keyLength,
                                             const std::uint8_t* salt, std::size_t saltLength,
                                             const std::uint8_t* /* identifier */, std::size_t identifierLength) {
  constexpr std::size_t room = SRTP_MAX_KEY_LEN;
  if (identifierLength != 0 || keyLength > room || saltLength > room - keyLength) return srtp_err_status_bad_param;
  std::memcpy(policy->keyAndSalt, key, keyLength);
  std::memcpy(policy->keyAndSalt + keyLength, salt, saltLength);
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t from) {
  srtp2_policy_t policy{};
  auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, from->profile);
  if (status != srtp_err_status_ok) return status;
  status = srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, from->profile);
  if (status != srtp_err_status_ok) return status;
  policy.ssrc = from->ssrc;
  policy.key = from->keyAndSalt;
  policy.window_size = from->windowSize;
  policy.allow_repeat_tx = from->repeats ? 1 : 0;
  return srtp_create(session, static_cast<const srtp2_policy_t*>(&policy));
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, std::uint32_t ssrc) {
  return srtp_remove_stream(session, ssrc);
}

inline srtp_err_status_t srtp_protect(srtp_t session, const std::uint8_t* in, std::size_t inLength, std::uint8_t* out,
                                      std::size_t* outLength, std::size_t /* key */) {
  return porthole::srtp::copyAndWork(srtp_protect, SRTP_MAX_TRAILER_LEN, session, in, inLength, out, outLength);
}

inline srtp_err_status_t srtp_protect_rtcp(srtp_t session, const std::uint8_t* in, std::size_t inLength,
                                           std::uint8_t* out, std::size_t* outLength, std::size_t /* key */) {
  return porthole::srtp::copyAndWork(srtp_protect_rtcp, SRTP_MAX_TRAILER_LEN, session, in, inLength, out, outLength);
}

inline srtp_err_status_t srtp_unprotect(srtp_t session, const std::uint8_t* in, std::size_t inLength,
                                        std::uint8_t* out, std::size_t* outLength) {
  return porthole::srtp::copyAndWork(srtp_unprotect, 0, session, in, inLength, out, outLength);
}

inline srtp_err_status_t srtp_unprotect_rtcp(srtp_t session, const std::uint8_t* in, std::size_t inLength,
                                             std::uint8_t* out, std::size_t* outLength) {
  return porthole::srtp::copyAndWork(srtp_unprotect_rtcp, 0, session, in, inLength, out, outLength);
}
