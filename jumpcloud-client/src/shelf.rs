//! What the rows of one list say alike, kept once.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::any::Any;
use core::fmt;
use core::hash::Hash;
use std::collections::HashSet;

use crate::field::Field;
use crate::text::Text;

/// Parts of rows seen so far in one list; each stands here once, for every row that has it.
///
/// Nothing depends on what is on a shelf: rows read the same with and without.
#[derive(Default)]
pub struct Shelf {
    texts: HashSet<Arc<Box<str>>>,
    /// A `HashSet<Arc<D>>` of the one kind of details that a list has.
    details: Option<Box<dyn Any + Send>>,
}

impl Shelf {
    /// Keeps equal texts once.
    pub(crate) fn text(&mut self, field: &mut Field<Text>) {
        let Field::Value(text) = field else { return };
        if let Some(text) = text.shared() {
            keep_once(&mut self.texts, text);
        }
    }

    /// Keeps equal details once.
    pub(crate) fn details<D: Hash + Eq + Send + Sync + 'static>(&mut self, details: &mut Arc<D>) {
        let kept = self.details.get_or_insert_with(|| Box::new(HashSet::<Arc<D>>::new()));
        if let Some(kept) = kept.downcast_mut() {
            keep_once(kept, details);
        }
    }
}

fn keep_once<D: Hash + Eq>(kept: &mut HashSet<Arc<D>>, details: &mut Arc<D>) {
    match kept.get(&**details) {
        Some(known) => *details = Arc::clone(known),
        None => {
            kept.insert(Arc::clone(details));
        }
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").field("texts", &self.texts.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_parts_are_kept_once_and_others_apart() {
        let mut shelf = Shelf::default();
        let long = "2026-11-20T08:00:00.000Z";
        let mut fields =
            [long, long, "2026-11-20T08:00:00.001Z"].map(|at| Field::Value(Text::from(at)));
        for field in &mut fields {
            shelf.text(field);
        }
        assert_eq!(shelf.texts.len(), 2);
        let [mut one, mut same, mut other] = [1, 1, 2].map(Arc::new);
        for details in [&mut one, &mut same, &mut other] {
            shelf.details(details);
        }
        assert!(Arc::ptr_eq(&one, &same) && !Arc::ptr_eq(&one, &other));
        assert_eq!((*same, *other), (1, 2));
    }
}
