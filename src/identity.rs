//! Hashes of data, and the rule by which a spec keeps its hash when it gains a field.

use sha2::{Digest, Sha256};

/// The SHA-256 of `bytes` in hexadecimal: 64 digits.
///
/// ```
/// // FIPS 180-2, appendix B.1.
/// assert!(lawbook::identity::sha256(b"abc").starts_with("ba7816bf8f01cfea"));
/// ```
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first 16 hexadecimal digits of the SHA-256: names a run, seals a set of records.
pub fn short_hash(bytes: impl AsRef<[u8]>) -> String {
    sha256(bytes)[..16].to_owned()
}

/// Whether a field holds its default; such a field is left out of a spec's JSON, so that a new field changes
/// no old hash.
pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
