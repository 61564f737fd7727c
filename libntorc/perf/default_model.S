/* The default performance model, a file of docs/formats/performance-model.md, made by the command in docs/default-model.md. */
#if defined(__linux__) && defined(__ELF__)
    .section .note.GNU-stack, "", %progbits
#endif
    .section .rodata
    .global ntorc_default_model
    .global ntorc_default_model_end
    .balign 16
ntorc_default_model:
    .incbin NTORC_DEFAULT_MODEL
ntorc_default_model_end:
    .byte 0
