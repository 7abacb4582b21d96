//! What is done with keys: sealing and opening, wrapping, keyed hashes. No files.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305, XNonce};
use domain::fact::Aggregate;
use domain::{AccountId, NodeId, UserId};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::head::FolderMark;
use crate::chance::Chance;
use crate::error::StoreError;
use crate::identity::Key;

/// A truncated keyed hash.
pub(super) type Name = [u8; 16];
/// A keyed hash of the beginning of a word in a name. It is cut shorter than others: whoever is found by it is
/// looked at.
pub(super) type Beginning = [u8; 8];
/// The key of a node or a quarantine entry.
pub(super) type OwnKey = Zeroizing<[u8; 32]>;

/// Bytes in front of a ciphertext.
pub(super) const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// A wrapped key: nonce, ciphertext, tag.
pub(super) const WRAPPED_BYTES: usize = NONCE_BYTES + 32 + TAG_BYTES;

/// Keys derived from the master key, each for one use.
pub(super) struct Vault {
    wrapping: OwnKey,
    answers: OwnKey,
    snapshots: OwnKey,
    index: Hmac<Sha256>,
    suppression: Hmac<Sha256>,
    names: Hmac<Sha256>,
    mark: [u8; 16],
}

impl Vault {
    pub(super) fn new(master: &[u8; 32]) -> Self {
        let derive = |use_: &str| {
            let mut key = Zeroizing::new([0; 32]);
            Hkdf::<Sha256>::new(Some(b"baton"), master)
                .expand(use_.as_bytes(), key.as_mut_slice())
                .expect("32 bytes are few enough");
            key
        };
        let keyed = |use_: &str| {
            <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(derive(use_).as_slice())
                .expect("a key may have any length")
        };
        let mut mark = [0; 16];
        mark.copy_from_slice(&derive("mark 1")[..16]);
        Self {
            wrapping: derive("wrapping 1"),
            answers: derive("answers 1"),
            snapshots: derive("snapshots 1"),
            index: keyed("index 1"),
            suppression: keyed("suppression 1"),
            names: keyed("names 1"),
            mark,
        }
    }

    /// Tells master keys apart without telling the key.
    pub(super) const fn mark(&self) -> &[u8; 16] {
        &self.mark
    }

    /// Tells the second heads of folders apart.
    pub(super) fn folder_mark(&self) -> FolderMark {
        let mut mark = FolderMark::default();
        mark.copy_from_slice(&self.mark[..8]);
        mark
    }

    /// Names what the parts say. Parts are told apart by their lengths.
    pub(super) fn name(&self, parts: &[&[u8]]) -> Name {
        let mut mac = self.index.clone();
        for part in parts {
            mac.update(&(part.len() as u32).to_be_bytes());
            mac.update(part);
        }
        short(mac)
    }

    /// Names an identifier, whoever vouches for it.
    pub(super) fn identifier(&self, key: &Key) -> Name {
        self.name(&[
            b"identifier",
            key.kind.name().as_bytes(),
            key.scope.as_bytes(),
            key.value.as_bytes(),
        ])
    }

    /// What stays of an erased identifier, under a key of its own.
    pub(super) fn suppressed(&self, name: &Name) -> Name {
        let mut mac = self.suppression.clone();
        mac.update(name);
        short(mac)
    }

    /// The beginning of a word in a name, under a key of its own.
    pub(super) fn beginning(&self, text: &str) -> Beginning {
        let mut mac = self.names.clone();
        mac.update(text.as_bytes());
        let mut hash = Beginning::default();
        hash.copy_from_slice(&mac.finalize().into_bytes()[..8]);
        hash
    }

    pub(super) fn wrap(
        &self,
        key: &OwnKey,
        owner: &[u8],
        chance: &mut Chance,
    ) -> Result<Vec<u8>, StoreError> {
        let mut wrapped = Vec::with_capacity(WRAPPED_BYTES);
        wrapped.extend_from_slice(&chance.draw::<NONCE_BYTES>()?);
        wrapped.extend_from_slice(key.as_slice());
        seal(&self.wrapping, owner, &mut wrapped);
        Ok(wrapped)
    }

    pub(super) fn unwrap(&self, wrapped: &[u8], owner: &[u8]) -> Option<OwnKey> {
        let plain = Zeroizing::new(open(&self.wrapping, owner, wrapped)?);
        plain.as_slice().try_into().ok().map(Zeroizing::new)
    }

    /// The key of what snapshots hold that belongs to nobody.
    pub(super) const fn snapshots(&self) -> &OwnKey {
        &self.snapshots
    }

    pub(super) fn seal_answer(
        &self,
        name: &Name,
        body: &[u8],
        chance: &mut Chance,
    ) -> Result<Vec<u8>, StoreError> {
        let mut sealed = chance.draw::<NONCE_BYTES>()?.to_vec();
        sealed.extend_from_slice(body);
        seal(&self.answers, name, &mut sealed);
        Ok(sealed)
    }

    pub(super) fn open_answer(&self, name: &Name, sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.answers, name, sealed)
    }
}

/// What a fact keeps of a body, under a key derived from the node's.
pub(super) fn body_mac(key: &OwnKey, body: &[u8]) -> [u8; 16] {
    let mut derived = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(b"baton"), key.as_slice())
        .expand(b"body 1", derived.as_mut_slice())
        .expect("32 bytes are few enough");
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(derived.as_slice())
        .expect("a key may have any length");
    mac.update(body);
    short(mac)
}

fn short(mac: Hmac<Sha256>) -> Name {
    let mut name = Name::default();
    name.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    name
}

/// Seals in place: `message` holds the nonce and the plain bytes, and gets the tag at its end.
pub(super) fn seal(key: &OwnKey, context: &[u8], message: &mut Vec<u8>) {
    let (nonce, plain) = message.split_at_mut(NONCE_BYTES);
    let nonce = XNonce::try_from(&*nonce).expect("the nonce has its length");
    let tag = XChaCha20Poly1305::new((&**key).into())
        .encrypt_inout_detached(&nonce, context, plain.into())
        .expect("the message is far below the cipher's limit");
    message.extend_from_slice(&tag);
}

/// Opens what was sealed; `None` where anything was altered.
pub(super) fn open(key: &OwnKey, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE_BYTES)?;
    let (ciphertext, tag) = rest.split_at_checked(rest.len().checked_sub(TAG_BYTES)?)?;
    let nonce = XNonce::try_from(nonce).ok()?;
    let tag = Tag::try_from(tag).ok()?;
    let mut plain = ciphertext.to_vec();
    XChaCha20Poly1305::new((&**key).into())
        .decrypt_inout_detached(&nonce, context, plain.as_mut_slice().into(), &tag)
        .ok()?;
    Some(plain)
}

/// The id of an aggregate or of another owner of a key: a byte for what it is, and its id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Label {
    bytes: [u8; 11],
    len: u8,
}

/// What a quarantine entry is labelled with, beside the aggregates' own numbers.
pub(super) const ENTRY_LABEL: u8 = 6;

impl Label {
    pub(super) fn new(what: u8, id: &[u8]) -> Self {
        let mut bytes = [0; 11];
        bytes[0] = what;
        bytes[1..=id.len()].copy_from_slice(id);
        Self { bytes, len: id.len() as u8 + 1 }
    }

    pub(super) fn of(aggregate: Aggregate) -> Self {
        match aggregate {
            Aggregate::Node(node) => Self::new(0, node.bytes()),
            Aggregate::Account(account) => Self::new(1, account.bytes()),
            Aggregate::Desk => Self::new(2, &[]),
            Aggregate::Registry => Self::new(3, &[]),
            Aggregate::Quarantine => Self::new(4, &[]),
            Aggregate::Governance => Self::new(5, &[]),
        }
    }

    /// The aggregate that it is the label of, if it is one's.
    pub(super) fn aggregate(&self) -> Option<Aggregate> {
        Some(match (self.bytes[0], self.len) {
            (0, 11) => Aggregate::Node(NodeId::from_bytes(self.id())),
            (1, 11) => Aggregate::Account(AccountId::from_bytes(self.id())),
            (2, 1) => Aggregate::Desk,
            (3, 1) => Aggregate::Registry,
            (4, 1) => Aggregate::Quarantine,
            (5, 1) => Aggregate::Governance,
            _ => return None,
        })
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (what, id) = bytes.split_first()?;
        (id.is_empty() || id.len() == 10).then(|| Self::new(*what, id))
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// The ten bytes of its id; zeros for what there is one of.
    pub(super) fn id(&self) -> [u8; 10] {
        let mut id = [0; 10];
        id.copy_from_slice(&self.bytes[1..]);
        id
    }
}

/// What the sealed part of a user is bound to.
pub(super) fn user_context(user: UserId) -> Vec<u8> {
    let mut context = b"baton user 1".to_vec();
    context.extend_from_slice(user.bytes());
    context
}

/// What a part of a snapshot is bound to: what it is of, who wrote it, and the entry that it ends with.
pub(super) fn snapshot_context(
    of: &Label,
    whose: &Label,
    version: &str,
    position: i64,
    leaf: &[u8],
) -> Vec<u8> {
    let mut context = b"baton snapshot".to_vec();
    context.extend_from_slice(&of.bytes);
    context.extend_from_slice(&whose.bytes);
    context.extend_from_slice(&position.to_be_bytes());
    context.extend_from_slice(leaf);
    context.extend_from_slice(version.as_bytes());
    context
}

/// What a sealed part is bound to, so that it cannot be passed off elsewhere.
pub(super) fn context(chain: &Label, fact: u16, schema: u16) -> [u8; 20] {
    let mut context = [0; 20];
    context[..5].copy_from_slice(b"baton");
    context[5..16].copy_from_slice(&chain.bytes);
    context[16..18].copy_from_slice(&fact.to_be_bytes());
    context[18..].copy_from_slice(&schema.to_be_bytes());
    context
}
