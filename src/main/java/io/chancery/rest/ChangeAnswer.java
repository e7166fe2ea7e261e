package io.chancery.rest;

import io.chancery.rest.DryRunAnswers.DryRunAnswer;
import io.chancery.rest.ManifestWriter.ApplyAnswer;
import io.swagger.v3.oas.annotations.media.Schema;

/** What became of changes of manifests, or, with {@code dryRun=true}, what they would come to. */
@Schema(oneOf = {ApplyAnswer.class, DryRunAnswer.class})
sealed interface ChangeAnswer permits ApplyAnswer, DryRunAnswer {}
