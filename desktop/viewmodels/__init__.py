"""What places show and do, without a widget: QObjects that ask the Office on the store's worker."""
