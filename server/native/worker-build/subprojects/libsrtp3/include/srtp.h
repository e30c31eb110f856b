// The part of the libsrtp 3 interface that the worker uses, on libsrtp 2.
// libsrtp 3 encrypts from one buffer into another and hides the policy behind setters; libsrtp 2 works in place (hence
// the copy before it) on a plain struct. Names keep upstream's so that the worker's sources stay as they are: each
// function lives in a namespace, and the macros at the end point the public name at it.
#pragma once
#include <srtp2/srtp.h>
#include <cstring>
#include <new>

// Statuses that libsrtp 2 never returns by itself; the worker only has words for them.
#define srtp_err_status_buffer_small (static_cast<srtp_err_status_t>(28))
#define srtp_err_status_cryptex_err (static_cast<srtp_err_status_t>(29))

namespace srtp_on_srtp2
{
	struct Policy
	{
		::srtp_policy_t policy{};
		unsigned char key[SRTP_MAX_KEY_LEN]{};
	};

	inline srtp_err_status_t policy_create(Policy** out)
	{
		*out = new (std::nothrow) Policy();
		return *out ? srtp_err_status_ok : srtp_err_status_alloc_fail;
	}

	inline void policy_destroy(Policy* p)
	{
		delete p;
	}

	inline srtp_err_status_t policy_set_ssrc(Policy* p, srtp_ssrc_t ssrc)
	{
		p->policy.ssrc = ssrc;
		return srtp_err_status_ok;
	}

	inline srtp_err_status_t policy_set_profile(Policy* p, srtp_profile_t profile)
	{
		const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&p->policy.rtp, profile);
		return status ? status : srtp_crypto_policy_set_from_profile_for_rtcp(&p->policy.rtcp, profile);
	}

	inline srtp_err_status_t policy_add_key(
	  Policy* p, const uint8_t* key, size_t keyLen, const uint8_t* salt, size_t saltLen, const uint8_t*, size_t mkiLen)
	{
		if (keyLen + saltLen > sizeof p->key || mkiLen != 0)
			return srtp_err_status_bad_param;
		std::memcpy(p->key, key, keyLen);
		std::memcpy(p->key + keyLen, salt, saltLen);
		p->policy.key = p->key;
		return srtp_err_status_ok;
	}

	inline srtp_err_status_t policy_set_allow_repeat_tx(Policy* p, bool allow)
	{
		p->policy.allow_repeat_tx = allow;
		return srtp_err_status_ok;
	}

	inline srtp_err_status_t policy_set_window_size(Policy* p, size_t packets)
	{
		p->policy.window_size = packets;
		return srtp_err_status_ok;
	}

	inline srtp_err_status_t create(srtp_t* session, Policy* p)
	{
		return ::srtp_create(session, &p->policy);
	}

	// `InPlace` is one of libsrtp 2's four functions, a template argument so that the call costs nothing.
	template<auto InPlace>
	inline srtp_err_status_t crypt(srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
	{
		if (*outLen < inLen)
			return srtp_err_status_buffer_small;
		if (in != out)
			std::memcpy(out, in, inLen);
		int len           = static_cast<int>(inLen);
		const auto status = InPlace(session, out, &len);
		if (status == srtp_err_status_ok)
			*outLen = static_cast<size_t>(len);
		return status;
	}

	// The worker's buffer leaves SRTP_MAX_TRAILER_LEN behind the packet, which is all that libsrtp 2 may append.
	inline srtp_err_status_t protect(
	  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t)
	{
		return crypt<::srtp_protect>(session, in, inLen, out, outLen);
	}

	inline srtp_err_status_t protect_rtcp(
	  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t)
	{
		return crypt<::srtp_protect_rtcp>(session, in, inLen, out, outLen);
	}

	inline srtp_err_status_t unprotect(srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
	{
		return crypt<::srtp_unprotect>(session, in, inLen, out, outLen);
	}

	inline srtp_err_status_t unprotect_rtcp(
	  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
	{
		return crypt<::srtp_unprotect_rtcp>(session, in, inLen, out, outLen);
	}
} // namespace srtp_on_srtp2

#define srtp_policy_t srtp_on_srtp2::Policy*
#define srtp_policy_create srtp_on_srtp2::policy_create
#define srtp_policy_destroy srtp_on_srtp2::policy_destroy
#define srtp_policy_set_ssrc srtp_on_srtp2::policy_set_ssrc
#define srtp_policy_set_profile srtp_on_srtp2::policy_set_profile
#define srtp_policy_add_key srtp_on_srtp2::policy_add_key
#define srtp_policy_set_allow_repeat_tx srtp_on_srtp2::policy_set_allow_repeat_tx
#define srtp_policy_set_window_size srtp_on_srtp2::policy_set_window_size
#define srtp_create srtp_on_srtp2::create
#define srtp_protect srtp_on_srtp2::protect
#define srtp_protect_rtcp srtp_on_srtp2::protect_rtcp
#define srtp_unprotect srtp_on_srtp2::unprotect
#define srtp_unprotect_rtcp srtp_on_srtp2::unprotect_rtcp
#define srtp_stream_remove srtp_remove_stream
