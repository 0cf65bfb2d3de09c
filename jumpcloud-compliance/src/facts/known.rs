//! What follows from two facts of which either may be unknown.

/// Whether one of two holds; a fact that holds decides, whatever the other is.
pub const fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// Whether one of several holds; of none at all, nothing does.
pub fn any(facts: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut found = Some(false);
    for fact in facts {
        found = either(found, fact);
    }
    found
}

/// Whether both of two hold; a fact that does not hold decides, whatever the other is.
pub const fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether the opposite holds.
pub const fn not(fact: Option<bool>) -> Option<bool> {
    match fact {
        Some(fact) => Some(!fact),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_nothing_nothing_holds() {
        assert_eq!(any([]), Some(false));
    }

    #[test]
    fn the_unknown_gives_way_to_what_decides() {
        let all = [Some(true), Some(false), None];
        for one in all {
            for other in all {
                let decided = |fact| one == Some(fact) || other == Some(fact);
                let known = one.is_some() && other.is_some();
                let expected = if decided(true) { Some(true) } else { known.then_some(false) };
                assert_eq!(either(one, other), expected);
                let expected = if decided(false) { Some(false) } else { known.then_some(true) };
                assert_eq!(both(one, other), expected);
                assert_eq!(not(both(one, other)), either(not(one), not(other)));
                assert_eq!(any([one, other]), either(one, other));
            }
        }
    }
}
