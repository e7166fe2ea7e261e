package io.chancery.rest;

import io.chancery.rest.DryRunAnswers.DryRunAnswer;
import io.chancery.rest.RuntimeAnswers.LayerChange;
import io.swagger.v3.oas.annotations.media.Schema;

/** What became of a change of a runtime layer, or, with {@code dryRun=true}, what it would come to. */
@Schema(oneOf = {LayerChange.class, DryRunAnswer.class})
sealed interface RuntimeChangeAnswer permits LayerChange, DryRunAnswer {}
