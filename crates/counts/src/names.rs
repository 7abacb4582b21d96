//! Names by small numbers: a row has the number of its campaign, of its owner, of its pool.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// The number of a name. Numbers are given in the order in which names come, and mean nothing outside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct NameId(u32);

impl NameId {
    /// No name: nobody, nowhere, or nothing was said.
    pub const NONE: Self = Self(0);

    /// Whether there is a name.
    pub const fn is_some(self) -> bool {
        self.0 != 0
    }
}

/// All names.
#[derive(Clone, Debug)]
pub struct Names {
    by_id: Vec<Arc<str>>,
    by_name: FxHashMap<Arc<str>, NameId>,
}

impl Default for Names {
    fn default() -> Self {
        let none: Arc<str> = Arc::from("");
        Self {
            by_id: vec![Arc::clone(&none)],
            by_name: FxHashMap::from_iter([(none, NameId::NONE)]),
        }
    }
}

impl Names {
    /// The number of a name, which it gets if it has none yet. An empty one is none.
    pub(crate) fn of(&mut self, name: &str) -> NameId {
        if let Some(known) = self.by_name.get(name) {
            return *known;
        }
        let id = NameId(self.by_id.len() as u32);
        let name: Arc<str> = Arc::from(name);
        self.by_id.push(Arc::clone(&name));
        self.by_name.insert(name, id);
        id
    }

    /// The number of a name that is known.
    pub fn find(&self, name: &str) -> Option<NameId> {
        self.by_name.get(name).copied()
    }

    /// The name; empty where there is none.
    pub fn name(&self, id: NameId) -> &str {
        self.by_id.get(id.0 as usize).map_or("", |name| name)
    }
}
