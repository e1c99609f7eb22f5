//! Which ids of the log mean one guest: as of its end, for all that stands in it.

use std::collections::HashMap;

use crate::domain::id::{BrandId, GuestKey};
use crate::domain::record::{Body, Record};
use crate::store::{RecordKind, Store};

use super::{Error, History};

/// Whose part each id is that was merged into another.
#[derive(Debug, Clone, Default)]
pub struct Persons {
    part_of: HashMap<GuestKey, GuestKey>,
}

impl Persons {
    /// Of a brand.
    ///
    /// # Errors
    /// Where the log cannot be read.
    pub(in crate::engine) fn read(store: &Store, brand: &BrandId) -> Result<Self, Error> {
        let mut persons = Self::default();
        for record in store.log(1)?.only(&[RecordKind::Joined]) {
            let Record { brand: of, body: Body::Joined { guest, joining }, .. } = record? else {
                continue;
            };
            if of == *brand && joining.parts {
                persons.part_of.remove(&joining.source);
            } else if of == *brand {
                persons.part_of.insert(joining.source, guest);
            }
        }
        Ok(persons)
    }

    /// The guest that an id means.
    pub fn of(&self, key: GuestKey) -> GuestKey {
        let mut key = key;
        // No id is ever merged into one of its own parts.
        while let Some(into) = self.part_of.get(&key) {
            key = *into;
        }
        key
    }
}

impl History {
    /// Which ids mean one guest, as of the end of the log.
    ///
    /// # Errors
    /// Where the log cannot be read.
    pub fn persons(&self, brand: &BrandId) -> Result<Persons, Error> {
        Persons::read(&self.store, brand)
    }
}
