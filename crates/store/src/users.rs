//! Who may sign in. Their addresses, and what they sign in with, are sealed under keys of their own.

use domain::{Moment, Role, UserId};

/// A user, without what may name them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserRow {
    /// Their id.
    pub user: UserId,
    /// What they are.
    pub role: Role,
    /// The member of the team that they are, by their id in `team.csv`.
    pub member: Option<String>,
    /// Rises whenever all that is open for them has to end: with another role, a new password.
    pub generation: u32,
    /// When they were added.
    pub added: Moment,
    /// Since when they may sign in no more.
    pub revoked: Option<Moment>,
    /// The address that signs them in once, until it is used.
    pub link: Option<SignInLink>,
}

/// An address that signs somebody in once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignInLink {
    /// The hash of its secret.
    pub hash: [u8; 32],
    /// When it ends by itself.
    pub expires: Moment,
}

/// What is sealed of a user.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct UserSecrets {
    /// Their address, in its normal form.
    #[n(0)]
    pub email: String,
    /// The hash of their password, with how it was made.
    #[n(1)]
    pub password: Option<String>,
    /// What they show besides, if they do.
    #[n(2)]
    pub second_factor: Option<SecondFactor>,
    /// Who they are to the identity provider that they signed in with first.
    #[n(3)]
    pub provided: Option<ProvidedIdentity>,
}

/// Who somebody is to an identity provider. It stays what it is where their address changes hands.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct ProvidedIdentity {
    /// The provider.
    #[n(0)]
    pub issuer: String,
    /// Their id with it.
    #[n(1)]
    pub subject: String,
}

/// What a user shows beside their password.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct SecondFactor {
    /// What their app and the server share.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub secret: Vec<u8>,
    /// The step of the last code that was used. None of it counts again, nor of an earlier one.
    #[n(1)]
    pub used: u64,
    /// The hashes of the recovery codes that are left.
    #[n(2)]
    pub recovery: Vec<minicbor::bytes::ByteVec>,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecondFactor(****)")
    }
}

impl std::fmt::Debug for ProvidedIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProvidedIdentity(****)")
    }
}

impl std::fmt::Debug for UserSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UserSecrets(****)")
    }
}
