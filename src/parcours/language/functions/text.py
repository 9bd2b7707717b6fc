from parcours.language.functions.declaration import Function

FUNCTIONS: tuple[Function, ...] = ()
