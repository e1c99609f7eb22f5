//! `concierge init`: an empty store.

use std::path::PathBuf;

use clap::Args;

use crate::engine::Engine;
use crate::sys::exit::Exit;

use super::output;

/// Makes an empty store in a folder that is empty or does not exist yet.
///
/// Nothing else ever makes one: a server that does not find its data refuses to start, rather than
/// begin anew.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder.
    #[arg(long, value_name = "DIR", default_value = "concierge-data")]
    store: PathBuf,
}

/// Runs the command.
pub(crate) fn init(args: &InitArgs) -> Exit {
    match Engine::init(&args.store) {
        Ok(()) => {
            let store = args.store.display();
            output::answer(format_args!("{store} is ready. Next: concierge serve --store {store}"));
            Exit::Clean
        }
        Err(error) => {
            output::complain(format_args!("concierge init: {error}"));
            error.exit()
        }
    }
}
