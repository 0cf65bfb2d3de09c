//! Collections that are stopped and gone on with: the same snapshot, and nothing asked for twice.

mod kills;
mod life;
mod monitor;
mod passing;
mod pieces;
