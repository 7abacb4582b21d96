//! The tables that follow from the journal.

/// A table that follows from the journal.
pub(super) struct Sheet {
    /// Its name.
    pub(super) table: &'static str,
    /// The columns that say which row it is.
    pub(super) keys: &'static [&'static str],
    /// Columns that say only in which order rows were made.
    pub(super) order: &'static [&'static str],
    /// What is written of a row that differs, instead of what its columns hold: SQL over `t`.
    pub(super) place: &'static str,
    /// Whether it is emptied before it is written.
    pub(super) emptied: bool,
}

/// All of them, in the order in which they are told of.
pub(super) const SHEETS: [Sheet; 10] = [
    Sheet {
        table: "aggregates",
        keys: &["n"],
        order: &[],
        place: "'aggregate ' || t.n",
        emptied: true,
    },
    Sheet { table: "handoffs", keys: &["id"], order: &["n"], place: "t.id", emptied: true },
    Sheet { table: "outbox", keys: &["id", "kind"], order: &["n"], place: "t.id", emptied: true },
    Sheet { table: "timers", keys: &["wake"], order: &[], place: "t.wake", emptied: true },
    Sheet {
        table: "identifiers",
        keys: &["name", "verified"],
        order: &[],
        place: "'aggregate ' || t.node",
        emptied: true,
    },
    Sheet {
        table: "account_names",
        keys: &["name"],
        order: &[],
        place: "t.account",
        emptied: true,
    },
    Sheet {
        table: "forwarding",
        keys: &["account"],
        order: &[],
        place: "t.account",
        emptied: true,
    },
    Sheet {
        table: "inbox",
        keys: &["position"],
        order: &[],
        place: "'entry ' || t.position",
        emptied: true,
    },
    Sheet { table: "entries", keys: &["id"], order: &[], place: "t.id", emptied: true },
    Sheet {
        table: "erased",
        keys: &["owner"],
        order: &[],
        place: "'aggregate ' || t.owner",
        emptied: false,
    },
];
