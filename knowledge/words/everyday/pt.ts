import type { Everyday } from './everyday.ts';

export const pt: Everyday = {
  same: `
    iniciar sessão, entrar, fazer login, aceder, acessar, login
    terminar sessão, sair, logout
    registar, registrar, criar uma conta, cadastrar, cadastro, registo
    cancelar, rescindir, anular
    apagar, eliminar, remover, excluir, deletar
    devolver, devolução
    reembolso, dinheiro de volta, estorno
    preço, custo, tarifa, valor
    grátis, gratuito, sem custos
    cobrar, debitar, cobrança, débito
    fatura, factura, recibo, conta
    palavra-passe, senha, password
    mail, email, correio eletrónico
    telemóvel, celular, telefone
    ligar, telefonar
    avariado, estragado, danificado, defeituoso, quebrado, partido
    perdido, extraviado
    mudar, alterar, modificar, trocar
    trocar, substituir
    encomenda, pedido
    pacote, encomenda, volume
    entrega, envio
    portes, custos de envio, frete
    comprar, adquirir
    desconto, promoção, cupão, cupom
    horário, aberto, abertura
    colega, colaborador
    funcionário, empregado
    empresa, companhia
    utilizador, usuário, cliente
    etiqueta, autocolante, adesivo
    foto, imagem
    erro, falha, avaria
    ajuda, suporte, apoio, assistência
    contrato, acordo
    morada, endereço
    transferência, depósito
    cartão, cartão de crédito
    prazo, data limite
    prolongar, renovar, prorrogar
    reservar, reserva, marcar
    descarregar, baixar, download
    carregar, enviar, upload
    ativar, ligar
    desativar, desligar
    urgente, expresso, rápido
    alugar, arrendar
    mudança, mudar de casa
    ecrã, tela
    ficheiro, arquivo`,
  means: `
    roubado > perdido, roubo
    roubaram > roubo, perdido
    sumiu > perdido
    caro > preço
    barato > preço
    internet > wifi, rede, linha
    wlan > wifi
    dinheiro > reembolso, pagamento
    experimentar > teste, período
    casado > nome, apelido
    estudante > desconto
    faleceu > óbito
    morreu > óbito
    falar > telefone, contacto, contato
    molhado > danificado, água
    burla > fraude, phishing
    golpe > fraude, phishing
    expirado > validade, renovar`,
  families: `
    pagar pago paguei pagamento pagamentos
    cobrar cobrado cobraram cobrança
    enviar enviado envio envios
    entregar entregue entrega
    devolver devolvido devolução
    reembolsar reembolsado reembolso
    cancelar cancelado cancelamento
    subscrever subscrito subscrição
    assinar assinado assinatura
    registar registado registo registrar registrado registro
    perder perdi perdido perda
    partir partido quebrar quebrado
    abrir aberto abertura abre
    fechar fechado encerrado encerramento
    receber recebido recebi receção recibo
    faturar fatura faturação faturamento
    imprimir impresso impressora impressão
    esquecer esqueci esquecido
    comprar comprei compra comprado
    vender vendido venda
    renovar renovação renovado
    reservar reserva reservado
    emprestar empréstimo emprestado
    mudar mudança mudado
    ligar ligação ligado
    conectar conexão conectado
    instalar instalação instalado
    bloquear bloqueio bloqueado
    ativar ativação ativado
    expirar expirado expiração
    mês meses mensal mensalmente mensalidade
    ano anos anual anualmente
    dia dias diário diariamente
    semana semanas semanal
    criança crianças infantil
    estudante estudantes
    morrer morreu falecido óbito`,
  circumstances: `
    ontem hoje amanhã manhã tarde noite meio-dia segunda terça quarta quinta sexta sábado domingo janeiro fevereiro março abril maio junho julho
    agosto setembro outubro novembro dezembro primavera verão outono inverno natal páscoa semana semanas mês meses ano anos dia dias hora horas
    minuto minutos passado passada próximo próxima último última recentemente breve cedo
    mãe pai pais filho filha irmão irmã tio tia avô avó marido mulher esposa namorado namorada amigo amiga amigos família criança crianças bebé bebê
    vizinho vizinha chefe pessoas senhor senhora
    um dois duas três quatro cinco seis sete oito nove dez cem mil meio par vários várias
    contente feliz triste zangado chateado preocupado estranho parvo louco terrível horrível ótimo perfeito fantástico mau pior melhor bom
    sinceramente obviamente infelizmente felizmente certamente provavelmente totalmente completamente simplesmente exatamente sobretudo
    normalmente sozinho sozinha juntos bastante quase mesmo mesma
    fui foi veio dado disse pensei sabia visto ouvido feito comprado queria vem leva espero esperando acho penso fico fica
    coisa coisas tipo parte razão caso facto palavra lugar sítio
    pequeno pequena grande velho velha novo nova jovem próprio outro outra casa apartamento cidade rua escritório cozinha carro autocarro ônibus
    comboio trem bicicleta trabalho`,
};
