//! A strategy's files as they are kept in the store: one block of CBOR, in the order of their paths.

use std::collections::BTreeMap;

use minicbor::bytes::ByteVec;
use rules::Files;

/// Packs the files of a strategy.
pub fn pack(files: &Files) -> Vec<u8> {
    let named: BTreeMap<&str, ByteVec> =
        files.0.iter().map(|(name, bytes)| (name.as_str(), ByteVec::from(bytes.clone()))).collect();
    minicbor::to_vec(&named).expect("writing into memory does not fail")
}

/// Reads what [`pack`] wrote.
pub fn unpack(packed: &[u8]) -> Option<Files> {
    let named: BTreeMap<String, ByteVec> = minicbor::decode(packed).ok()?;
    Some(Files(named.into_iter().map(|(name, bytes)| (name, bytes.into())).collect()))
}
