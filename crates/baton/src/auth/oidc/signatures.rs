//! How signatures of tokens are checked: by the cryptography that TLS has already.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Error as Forged, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::signature as checks;

/// The algorithms whose signatures count, each with its check.
static CHECKS: [(Algorithm, Check); 9] = [
    (Algorithm::RS256, Check::Rsa(&checks::RSA_PKCS1_2048_8192_SHA256)),
    (Algorithm::RS384, Check::Rsa(&checks::RSA_PKCS1_2048_8192_SHA384)),
    (Algorithm::RS512, Check::Rsa(&checks::RSA_PKCS1_2048_8192_SHA512)),
    (Algorithm::PS256, Check::Rsa(&checks::RSA_PSS_2048_8192_SHA256)),
    (Algorithm::PS384, Check::Rsa(&checks::RSA_PSS_2048_8192_SHA384)),
    (Algorithm::PS512, Check::Rsa(&checks::RSA_PSS_2048_8192_SHA512)),
    (Algorithm::ES256, Check::Curve(&checks::ECDSA_P256_SHA256_FIXED)),
    (Algorithm::ES384, Check::Curve(&checks::ECDSA_P384_SHA384_FIXED)),
    (Algorithm::EdDSA, Check::Curve(&checks::ED25519)),
];

/// How a signature is checked.
#[derive(Clone, Copy)]
enum Check {
    Rsa(&'static checks::RsaParameters),
    Curve(&'static dyn checks::VerificationAlgorithm),
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: no_signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Has tokens checked so from now on, in the whole program.
pub(super) fn install() {
    // Whoever has installed one before has installed this one.
    let _ = PROVIDER.install_default();
}

/// Whether signatures by this algorithm count.
pub(super) fn counts(algorithm: Algorithm) -> bool {
    check_of(algorithm).is_some()
}

fn check_of(algorithm: Algorithm) -> Option<Check> {
    CHECKS.iter().find(|(known, _)| *known == algorithm).map(|(_, check)| *check)
}

/// The check of a signature by one key.
struct Checked {
    algorithm: Algorithm,
    check: Check,
    key: DecodingKey,
}

/// Nothing is signed here.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the library asks so")]
fn no_signer(_: &Algorithm, _: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    Err(ErrorKind::UnsupportedAlgorithm.into())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the library asks so")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    match check_of(*algorithm).filter(|_| key.family() == algorithm.family()) {
        Some(check) => Ok(Box::new(Checked { algorithm: *algorithm, check, key: key.clone() })),
        None => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

impl JwtVerifier for Checked {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl Verifier<Vec<u8>> for Checked {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Forged> {
        let checked = match (self.key.kind(), self.check) {
            (DecodingKeyKind::RsaModulusExponent { n, e }, Check::Rsa(check)) => {
                checks::RsaPublicKeyComponents { n, e }.verify(check, message, signature)
            }
            (DecodingKeyKind::SecretOrDer(key), Check::Curve(check)) => {
                checks::UnparsedPublicKey::new(check, key).verify(message, signature)
            }
            (DecodingKeyKind::RsaModulusExponent { .. }, Check::Curve(_))
            | (DecodingKeyKind::SecretOrDer(_), Check::Rsa(_)) => return Err(Forged::new()),
        };
        checked.map_err(|_| Forged::new())
    }
}
