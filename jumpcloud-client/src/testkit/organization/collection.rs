//! The records of one list, with their positions by id.

use std::collections::BTreeMap;

use serde_json::Value;

#[derive(Debug, Clone, Default)]
pub(super) struct Collection {
    records: Vec<Value>,
    positions: BTreeMap<String, usize>,
}

impl Collection {
    pub(super) fn new(records: Vec<Value>) -> Self {
        let mut collection = Self { records, positions: BTreeMap::new() };
        collection.index();
        collection
    }

    fn index(&mut self) {
        self.positions = self
            .records
            .iter()
            .enumerate()
            .filter_map(|(position, record)| Some((id_of(record)?.to_owned(), position)))
            .collect();
    }

    pub(super) fn records(&self) -> &[Value] {
        &self.records
    }

    pub(super) fn get(&self, id: &str) -> Option<&Value> {
        self.records.get(*self.positions.get(id)?)
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.positions.contains_key(id)
    }

    pub(super) fn push(&mut self, record: Value) {
        if let Some(id) = id_of(&record) {
            self.positions.insert(id.to_owned(), self.records.len());
        }
        self.records.push(record);
    }

    pub(super) fn edit(&mut self, change: impl FnOnce(&mut Vec<Value>)) {
        change(&mut self.records);
        self.index();
    }

    pub(super) fn update(&mut self, id: &str, change: impl FnOnce(&mut Value)) -> bool {
        let Some(record) =
            self.positions.get(id).and_then(|position| self.records.get_mut(*position))
        else {
            return false;
        };
        change(record);
        true
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<Value> {
        let position = *self.positions.get(id)?;
        (position < self.records.len()).then(|| {
            let record = self.records.remove(position);
            self.index();
            record
        })
    }
}

/// The identifier of a record, in any of the spellings the service uses.
pub(in super::super) fn id_of(record: &Value) -> Option<&str> {
    ["_id", "id", "objectId"].iter().find_map(|key| record.get(key)?.as_str())
}
